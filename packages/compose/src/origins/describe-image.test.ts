import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '@slipway/core';
import type { ImageDefinition } from '@slipway/project';
import { generatedFile, type ManifestEntry, readManifest, rootOwned, writeManifest } from '@slipway/tree';
import { composeImage } from '../compose-image.ts';
import {
  type SampleFile,
  type SamplePackage,
  sampleContent,
  sampleDirectory,
  sampleLink,
  samplePackage,
} from '../testing/sample-packages.ts';
import { describeImage } from './describe-image.ts';

const time = 2000;

const base = samplePackage('base', {
  '/usr': sampleDirectory(),
  '/usr/bin': sampleDirectory(),
  '/bin': sampleLink('usr/bin'),
  '/usr/lib/sysusers.d/base.conf': 'u root 0 - /root\n',
  '/usr/share/doc/base': 'read me',
  '/etc/machine-id': 'of a package',
});

async function compose(packages: readonly SamplePackage[], definition: Partial<ImageDefinition> = {}) {
  const content = sampleContent(...packages);
  const image = await composeImage({
    packages: packages.map(({ chosen }) => chosen),
    content,
    facts: async () => ({ elf: [], modules: [] }),
    definition: definition as ImageDefinition,
    scriptlets: [],
    time,
  });
  const describe = async () => {
    const { header, entries } = await describeImage(image, { name: 'sample', time, content });
    return { header, entries: [...entries] };
  };
  return { image, describe };
}

function historyOf(entries: readonly ManifestEntry[], path: string) {
  const { from, replaced, adjusted } = entries.find((entry) => entry.path === path) as ManifestEntry;
  return { from, ...(replaced && { replaced }), ...(adjusted && { adjusted }) };
}

const bases = { packages: ['base-1-1.x86_64'] };

test('every entry says which package or rule it comes from, and what was there before', async () => {
  const shell = samplePackage('shell', { '/bin/sh': 'x', '/usr/bin': sampleDirectory() });
  const { describe } = await compose([base, shell], {
    directories: [{ path: '/usr/bin', mode: 0o711 }],
    files: [{ path: '/etc/issue', content: 'hello' }],
  });
  const { entries } = await describe();
  assert.deepEqual(historyOf(entries, '/usr/bin/sh'), { from: { packages: ['shell-1-1.x86_64'] } });
  assert.deepEqual(historyOf(entries, '/usr/bin'), {
    from: { packages: ['base-1-1.x86_64', 'shell-1-1.x86_64'] },
    adjusted: ['image definition'],
  });
  assert.deepEqual(historyOf(entries, '/etc'), { from: { rule: 'parent directories' } });
  assert.deepEqual(historyOf(entries, '/etc/passwd'), { from: { rule: 'accounts' } });
  assert.deepEqual(historyOf(entries, '/etc/issue'), { from: { rule: 'image definition' } });
  assert.deepEqual(historyOf(entries, '/etc/machine-id'), { from: { rule: 'identity' }, replaced: [bases] });
});

test('what is removed is told with its origin and the reason', async () => {
  const remove = [{ path: '/usr/share/doc/**', reason: 'nobody reads it here' }];
  const { header } = await (await compose([base], { remove })).describe();
  assert.deepEqual(header.removals, [
    {
      glob: '/usr/share/doc/**',
      reason: 'nobody reads it here',
      entries: [{ path: '/usr/share/doc/base', from: bases }],
    },
  ]);
});

test('a file has the digest of its bytes, whatever its package says of them', async () => {
  const unnamed: SampleFile = { text: 'content', digest: undefined };
  const linked = { text: 'twice', device: 9, inode: 9 };
  const odd = samplePackage('odd', { '/usr/odd': unnamed, '/usr/one': linked, '/usr/two': linked });
  const { entries } = await (await compose([base, odd])).describe();
  const facts = entries.flatMap((entry) =>
    entry.type === 'file' && /odd|one|two|issue/.test(entry.path) ? [[entry.path, entry.sha256, entry.hardLink]] : [],
  );
  assert.deepEqual(facts, [
    ['/usr/odd', sha256('content'), undefined],
    ['/usr/one', sha256('twice'), 1],
    ['/usr/two', sha256('twice'), 1],
  ]);
});

test('labels and capabilities can be read; other attributes are kept as they are', async () => {
  const ping = samplePackage('ping', { '/usr/bin/ping': { text: 'x', caps: 'cap_net_raw=ep' } });
  const { image, describe } = await compose([base, ping]);
  const xattrs = new Map([
    ['security.selinux', Buffer.from('system_u:object_r:etc_t:s0\0')],
    ['user.note', Buffer.from('note')],
  ]);
  image.tree.set('/etc/labelled', { ...generatedFile('', rootOwned(0o600, 1)), xattrs });
  image.origins.note('image definition');
  const { header, entries } = await describe();
  const find = (path: string) => entries.find((entry) => entry.path === path);
  assert.equal(find('/usr/bin/ping')?.capabilities, 'cap_net_raw=ep');
  assert.equal(find('/etc/labelled')?.label, 'system_u:object_r:etc_t:s0');
  assert.deepEqual(find('/etc/labelled')?.xattrs, { 'user.note': 'bm90ZQ==' });
  assert.deepEqual(await readManifest(writeManifest(header, entries), 'x'), { header, entries });
});

test('a change that no pass was noted for is a mistake of ours', async () => {
  const { image, describe } = await compose([base]);
  image.tree.set('/etc/new', generatedFile('', rootOwned(0o600, 1)));
  await assert.rejects(describe(), { code: 'CORE_BUG' });
});

test('what is made anew after it was removed says what it replaces', async () => {
  const { image, describe } = await compose([base]);
  image.tree.delete('/usr/share/doc');
  image.origins.note('removals');
  image.tree.set('/usr/share/doc', { ...rootOwned(0o755, 1), type: 'directory' });
  image.tree.set('/usr/share/doc/base', generatedFile('', rootOwned(0o600, 1)));
  image.origins.note('mounts');
  const { entries } = await describe();
  assert.deepEqual(historyOf(entries, '/usr/share/doc/base'), { from: { rule: 'mounts' }, replaced: [bases] });
});
