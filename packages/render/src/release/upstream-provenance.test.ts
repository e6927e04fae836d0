import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSpec } from '@slipway/spec';
import { autoSpec, memoryHistory } from '../testing/memory-history.ts';
import { type ProvenanceInput, upstreamProvenance, upstreamRelease } from './upstream-provenance.ts';

function provenance(text: string, more: Partial<ProvenanceInput> = {}): Record<string, string> {
  const distro = { name: 'fedora', version: '43' };
  return Object.fromEntries(upstreamProvenance({ spec: parseSpec(Buffer.from(text)), distro, ...more }));
}

test('the macros are the first Version and Release as written, with the dist tag of Fedora', () => {
  assert.deepEqual(provenance('Version: 1.%{minor}\nRelease: 5%{?dist}\nVersion: 2\nRelease: 6\n'), {
    fedora_upstream_version: '1.%{minor}',
    fedora_upstream_release: '5.fc43',
  });
  assert.deepEqual(provenance('Release: 1%{dist}.2\n'), { fedora_upstream_release: '1.fc43.2' });
});

test('%autorelease needs the number of the history, without which there is no release macro', async () => {
  const { history, readBlob } = memoryHistory([{ id: 'a', spec: autoSpec('1', '%autorelease -p -b 3') }, { id: 'b' }]);
  const autorelease = await upstreamRelease({ history, readBlob, specName: 'demo.spec' });
  assert.equal(autorelease, '0.4');
  const text = 'Version: 1\nRelease: %autorelease\n';
  assert.equal(provenance(text, { autorelease }).fedora_upstream_release, '0.4.fc43');
  assert.deepEqual(provenance(text), { fedora_upstream_version: '1' });
});

test('only numbered releases of Fedora have provenance', () => {
  for (const distro of [
    { name: 'fedora', version: 'rawhide' },
    { name: 'other', version: '4' },
  ]) {
    assert.deepEqual(provenance('Version: 1\nRelease: 1\n', { distro }), {});
  }
  assert.notDeepEqual(provenance('Version: 1\n', { distro: { name: 'Fedora', version: '43' } }), {});
});
