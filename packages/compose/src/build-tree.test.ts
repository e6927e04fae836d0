import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '@slipway/core';
import fc from 'fast-check';
import { buildTree } from './build-tree.ts';
import { selectFiles } from './select-files.ts';
import { rootAccounts } from './testing/root-accounts.ts';
import { type SampleFile, sampleDirectory, sampleLink, samplePackage, selected } from './testing/sample-packages.ts';

const time = 2000;

function built(...packages: readonly (readonly [string, Record<string, SampleFile>])[]) {
  return buildTree(selected(...packages.map(([name, files]) => samplePackage(name, files))), rootAccounts, time);
}

test('paths through the links of a merged /usr land in /usr', () => {
  const { tree, owners } = built(
    ['tool', { '/bin/tool': 'x', '/lib/x86_64-linux-gnu/liba.so': 'y' }],
    [
      'filesystem',
      {
        '/usr': sampleDirectory(),
        '/usr/bin': sampleDirectory(),
        '/bin': sampleLink('usr/bin'),
        '/lib': sampleLink('usr/lib'),
      },
    ],
  );
  assert.equal(tree.get('/bin')?.type, 'symlink');
  assert.equal(tree.get('/usr/bin/tool')?.type, 'file');
  assert.equal(tree.get('/usr/lib/x86_64-linux-gnu/liba.so')?.type, 'file');
  assert.equal(owners.get('/usr/bin/tool')?.package.metadata.name, 'tool');
});

test('the order of packages does not matter', () => {
  const packages = [
    ['a', { '/bin': sampleLink('usr/bin'), '/usr/bin/a': 'a' }],
    ['b', { '/bin/b': 'b', '/usr/share/same': 'same', '/d': sampleDirectory(0o700) }],
    ['c', { '/usr/share/same': 'same', '/d/e/f': 'f' }],
  ] as const;
  const paths = (order: readonly number[]) =>
    [...built(...order.map((at) => packages[at] as (typeof packages)[number])).tree.entries()].map(
      ({ path, inode }) => `${path} ${inode.type} ${inode.mode}`,
    );
  fc.assert(
    fc.property(fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), (order) => {
      assert.deepEqual(paths(order), paths([0, 1, 2]));
    }),
  );
});

test('the same file of two packages is one; another is a conflict', () => {
  const same = built(['a', { '/f': 'x' }], ['b', { '/f': 'x' }]);
  assert.equal(same.owners.get('/f')?.package.metadata.name, 'a');
  const others: SampleFile[] = [
    'y',
    { text: 'x', mode: 0o100755 },
    { text: 'x', group: 'shadow' },
    sampleLink('g'),
    sampleDirectory(),
  ];
  for (const other of others) {
    assert.throws(() => built(['a', { '/f': 'x' }], ['b', { '/f': other }]), { code: 'COMPOSE_FILE_CONFLICT' });
  }
  assert.throws(() => built(['a', { '/f': 'x' }], ['b', { '/f/g': 'y' }]), { code: 'COMPOSE_FILE_CONFLICT' });
});

test('hard links are one inode, within their package only', () => {
  const linked = { text: 'x', device: 5, inode: 9 };
  const { tree } = built(['a', { '/one': linked, '/two': linked, '/three': 'x' }], ['b', { '/four': linked }]);
  assert.equal(tree.get('/one'), tree.get('/two'));
  assert.notEqual(tree.get('/one'), tree.get('/three'));
  assert.notEqual(tree.get('/one'), tree.get('/four'));
});

test('owners are numbers of the accounts, and unknown ones are an error', () => {
  const { tree } = built(['a', { '/f': { text: 'x', user: 'daemon', group: 'shadow', mode: 0o102750 } }]);
  const { uid, gid, mode } = tree.get('/f') ?? {};
  assert.deepEqual({ uid, gid, mode }, { uid: 1, gid: 42, mode: 0o2750 });
  for (const file of [{ user: 'nosuch' }, { group: 'nosuch' }]) {
    assert.throws(() => built(['a', { '/f': { text: 'x', ...file } }]), { code: 'COMPOSE_UNKNOWN_OWNER' });
  }
});

test('entries have their type, time, device and capabilities', () => {
  const { tree } = built([
    'a',
    {
      '/new': { text: 'x', mtime: time + 1 },
      '/old': { text: 'x', mtime: time - 1 },
      '/ping': { text: 'x', mode: 0o100755, caps: 'cap_net_raw=ep' },
      '/null': { mode: 0o020666, rdev: 0x103 },
      '/fifo': { mode: 0o010600 },
      '/link': { ...(sampleLink('old') as object), mode: 0o120644 },
    },
  ]);
  assert.equal(tree.get('/new')?.mtime, time);
  assert.equal(tree.get('/old')?.mtime, time - 1);
  assert.equal(tree.get('/ping')?.xattrs.get('security.capability')?.length, 20);
  const device = tree.get('/null');
  assert.deepEqual(device?.type === 'character-device' && [device.major, device.minor], [1, 3]);
  assert.equal(tree.get('/fifo')?.type, 'fifo');
  assert.equal(tree.get('/link')?.mode, 0o777);
  const file = tree.get('/old');
  assert.equal(file?.type === 'file' && file.digest, sha256('x'));
});

test('a directory has the mode of the package that owns it, also when another made it first', () => {
  const { tree } = built(
    ['a', { '/d/e/f': 'x' }],
    ['b', { '/d': sampleDirectory(0o750), '/d/e': sampleDirectory(0o1777) }],
  );
  assert.deepEqual([tree.get('/d')?.mode, tree.get('/d/e')?.mode], [0o750, 0o1777]);
});

test('links that go round are an error', () => {
  assert.throws(() => built(['a', { '/a': sampleLink('b'), '/b': sampleLink('a') }], ['b', { '/a/x': 'x' }]), {
    code: 'TREE_SYMLINK_LOOP',
  });
});

test('documentation and languages are left out as rpm would, and said so in the states', () => {
  const pkg = samplePackage('a', {
    '/usr/share/doc/a/README': { text: 'x', flags: 2 },
    '/usr/share/doc/a/copyright': { text: 'x', flags: 128 },
    '/usr/share/locale/de/a.mo': { text: 'x', lang: 'de' },
    '/usr/share/locale/pt_BR/a.mo': { text: 'x', lang: 'pt_BR' },
    '/var/log/a': { text: '', flags: 64 },
  });
  const select = (excludeDocs: boolean, languages?: string[]) =>
    selectFiles([pkg.chosen], { excludeDocs, languages })[0];
  const all = select(false);
  assert.equal(all?.files.length, 4);
  assert.deepEqual(all?.states, [0, 0, 0, 0, 0]);
  const few = select(true, ['pt']);
  assert.deepEqual(
    few?.files.map(({ index }) => index),
    [1, 3],
  );
  assert.deepEqual(few?.states, [2, 0, 2, 0, 0]);
  assert.deepEqual(select(false, [])?.states, [0, 0, 2, 2, 0]);
});
