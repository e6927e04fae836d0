import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleDirectory, sampleFile, sampleManifest, sampleSymlink } from '../testing/sample-manifest.ts';
import { ManifestIndex } from './manifest-index.ts';
import { measureUsage } from './measure-usage.ts';

const accounts = { from: { rule: 'accounts' } };
const entries = [
  sampleDirectory('/'),
  sampleSymlink('/bin', 'usr/bin'),
  sampleDirectory('/etc'),
  sampleFile('/etc/passwd', '123', accounts),
  sampleDirectory('/usr'),
  sampleDirectory('/usr/bin'),
  sampleFile('/usr/bin/a', '12345', { hardLink: 1 }),
  sampleFile('/usr/bin/b', '12345', { hardLink: 1 }),
  sampleDirectory('/usrlocal'),
];

function usage(root: string, depth: number) {
  return measureUsage(entries, { root, depth }).map(({ entry, size, files }) => [entry.path, size, files]);
}

test('directories take what is below them, and a file with two names takes its bytes once', () => {
  assert.deepEqual(usage('/', 1), [
    ['/', 8, 4],
    ['/bin', 0, 1],
    ['/etc', 3, 1],
    ['/usr', 5, 2],
    ['/usrlocal', 0, 0],
  ]);
  assert.deepEqual(usage('/usr', 2), [
    ['/usr', 5, 2],
    ['/usr/bin', 5, 2],
    ['/usr/bin/a', 5, 1],
    ['/usr/bin/b', 0, 1],
  ]);
  assert.deepEqual(usage('/nosuch', 1), []);
});

test('what a directory holds is told by packages and rules, the largest first', () => {
  assert.deepEqual(measureUsage(entries, { root: '/', depth: 0 })[0]?.origins, [
    { name: 'bash-5.3-1.x86_64', kind: 'package', size: 5 },
    { name: 'accounts', kind: 'rule', size: 3 },
  ]);
});

test('an index knows entries by path, through the links of directories', () => {
  const index = new ManifestIndex(sampleManifest(entries));
  assert.equal(index.resolve('/bin/a'), '/usr/bin/a');
  assert.equal(index.resolve('/bin'), '/bin');
  assert.equal(index.resolve('/bin', true), '/usr/bin');
  assert.deepEqual(
    index.children('/usr/bin').map(({ path }) => path),
    ['/usr/bin/a', '/usr/bin/b'],
  );
  assert.deepEqual(index.children('/etc/passwd'), []);
});
