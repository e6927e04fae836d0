import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '@slipway/core';
import { sampleDirectory, sampleFile, sampleManifest, sampleSymlink } from '../testing/sample-manifest.ts';
import { compareManifests } from './compare-manifests.ts';
import type { ManifestEntry, ManifestHeader } from './tree-manifest.ts';

function compare(
  before: readonly ManifestEntry[],
  after: readonly ManifestEntry[],
  header: Partial<ManifestHeader> = {},
) {
  const root = sampleDirectory('/');
  return compareManifests(sampleManifest([root, ...before]), sampleManifest([root, ...after], header));
}

test('an image is the same as itself', () => {
  const { isSame, totals } = compare([sampleFile('/a', 'a')], [sampleFile('/a', 'a')]);
  assert.equal(isSame, true);
  assert.deepEqual(totals.before, { packages: 2, files: 1, size: 1 });
});

test('a file that differs says in what', () => {
  const before = sampleFile('/a', 'one', { label: 'old' });
  const after = sampleFile('/a', 'three', { mode: 0o600, uid: 7, mtime: 2000, capabilities: 'cap_chown=ep' });
  const { files, isSame } = compare([before], [after]);
  assert.equal(isSame, false);
  assert.deepEqual(
    files.changed.map(({ path, changes }) => [path, ...changes.map((each) => [each.what, each.before, each.after])]),
    [
      [
        '/a',
        ['content', sha256('one'), sha256('three')],
        ['size', '3', '5'],
        ['mode', '0644', '0600'],
        ['owner', 'root (0)', '7'],
        ['label', 'old', ''],
        ['capabilities', '', 'cap_chown=ep'],
        ['time', '1000', '2000'],
      ],
    ],
  );
});

test('a file that becomes a link changes its type, content and target', () => {
  const { files } = compare([sampleFile('/a', 'x')], [sampleSymlink('/a', 'b')]);
  assert.deepEqual(
    files.changed[0]?.changes.map(({ what }) => what),
    ['type', 'content', 'size', 'mode', 'target'],
  );
});

test('hard links are compared by the paths that they join, not by their numbers', () => {
  const linked = (hardLink: number) => [sampleFile('/a', 'x', { hardLink }), sampleFile('/b', 'x', { hardLink })];
  assert.equal(compare(linked(1), linked(9)).isSame, true);
  const apart = [sampleFile('/a', 'x'), sampleFile('/b', 'x')];
  const { files, totals } = compare(linked(1), apart);
  assert.deepEqual(
    files.changed.map(({ path, changes }) => [path, changes]),
    [['/b', [{ what: 'link', before: '/a', after: '' }]]],
  );
  assert.deepEqual([totals.before.size, totals.after.size], [1, 2]);
});

test('packages are added, removed and changed by name', () => {
  const packages = [
    { name: 'bash', nevra: 'bash-5.4-1.x86_64' },
    { name: 'xz', nevra: 'xz-5-1.x86_64' },
  ];
  const { packages: found } = compare([], [], { packages });
  assert.deepEqual(found, {
    added: [packages[1]],
    removed: [{ name: 'zlib', nevra: 'zlib-1.3-1.x86_64' }],
    changed: [{ name: 'bash', before: ['bash-5.3-1.x86_64'], after: ['bash-5.4-1.x86_64'] }],
  });
});

test('units are enabled, disabled and masked', () => {
  const etc = ['/etc', '/etc/systemd', '/etc/systemd/system'].map((path) => sampleDirectory(path));
  const wants = sampleDirectory('/etc/systemd/system/multi-user.target.wants');
  const ssh = sampleSymlink(`${wants.path}/ssh.service`, '/usr/lib/systemd/system/ssh.service');
  const mask = sampleSymlink('/etc/systemd/system/tmp.mount', '/dev/null');
  const alias = sampleSymlink('/etc/systemd/system/sshd.service', '/usr/lib/systemd/system/ssh.service');
  const { units } = compare([...etc, wants, ssh], [...etc, alias, mask]);
  assert.deepEqual(units, {
    added: [
      { scope: 'system', unit: 'sshd.service', state: 'enabled', by: 'alias of ssh.service' },
      { scope: 'system', unit: 'tmp.mount', state: 'masked', by: '' },
    ],
    removed: [{ scope: 'system', unit: 'ssh.service', state: 'enabled', by: 'multi-user.target (wants)' }],
  });
});

test('accounts are compared by name', () => {
  const shell = { name: 'root', uid: 0, gid: 0, home: '/root', shell: '/bin/sh' };
  const { users, groups } = compare([], [], {
    users: [shell],
    groups: [{ name: 'wheel', gid: 10, members: ['root'] }],
  });
  assert.deepEqual(users.changed, [{ before: { ...shell, shell: '/bin/bash' }, after: shell }]);
  assert.deepEqual([groups.added.length, groups.removed.length], [1, 1]);
});
