import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ImageDefinition } from '@slipway/project';
import { FileTree, generatedContent, readContents, rootOwned } from '@slipway/tree';
import { planAccounts } from './accounts.ts';
import { addDefinitionFiles, applyRemovals } from './definition-files.ts';
import { addHomes, formatImageUsers } from './image-users.ts';
import { addGenerated, addIdentityFiles, addStandardDirectories, addUpdateStamps } from './system-files.ts';
import { rootAccounts } from './testing/root-accounts.ts';

function newTree(): FileTree {
  const tree = new FileTree({ ...rootOwned(0o755, 0), type: 'directory' });
  tree.set('/usr', { ...rootOwned(0o755, 5), type: 'directory' });
  tree.set('/usr/bin', { ...rootOwned(0o755, 0), type: 'directory' });
  tree.set('/bin', { ...rootOwned(0o777, 0), type: 'symlink', target: 'usr/bin' });
  return tree;
}

function definition(part: Partial<ImageDefinition>): ImageDefinition {
  return part as ImageDefinition;
}

async function textOf(tree: FileTree, path: string): Promise<string> {
  const inode = tree.lookup(path);
  assert.ok(inode?.type === 'file', `${path} is no file`);
  return (await readContents(generatedContent, [inode])).get(inode)?.toString() ?? '';
}

test('files, directories and links are added where links lead, with their owners', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-definition-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const source = join(directory, 'source');
  writeFileSync(source, 'from a file');
  const tree = newTree();
  const asked = definition({
    directories: [{ path: '/srv/data', mode: 0o2750, owner: 'daemon', group: 'shadow' }],
    files: [
      { path: '/bin/tool', content: 'text', mode: 0o755 },
      { path: '/deep/er/file', source, owner: '77' },
    ],
    links: [{ path: '/etc/link', target: '../x' }],
  });
  await addDefinitionFiles(tree, asked, rootAccounts, 9);
  assert.equal(await textOf(tree, '/usr/bin/tool'), 'text');
  assert.equal(await textOf(tree, '/deep/er/file'), 'from a file');
  const { mode, uid, gid, mtime } = tree.get('/srv/data') ?? {};
  assert.deepEqual({ mode, uid, gid, mtime }, { mode: 0o2750, uid: 1, gid: 42, mtime: 9 });
  assert.equal(tree.get('/deep/er/file')?.uid, 77);
  assert.equal(tree.get('/etc/link')?.type, 'symlink');
});

test('an account that does not exist and a source that is not there are errors', async () => {
  const unknown = definition({ files: [{ path: '/x', content: '', owner: 'nosuch' }] });
  await assert.rejects(addDefinitionFiles(newTree(), unknown, rootAccounts, 0), { code: 'COMPOSE_UNKNOWN_OWNER' });
  const missing = definition({ files: [{ path: '/x', source: '/nosuch/source' }] });
  await assert.rejects(addDefinitionFiles(newTree(), missing, rootAccounts, 0), { code: 'CORE_FILE_ACCESS' });
});

test('removals take what matches and all below, and say what it was', () => {
  const tree = newTree();
  for (const path of ['/usr/share/man/de/a.1', '/usr/share/man/man1/b.1', '/usr/share/x.txt', '/usr/share/xy.txt']) {
    addGenerated(tree, path, '', { mode: 0o644, time: 0 });
  }
  const [deep, single] = applyRemovals(
    tree,
    definition({
      remove: [
        { path: '/usr/share/man/**', reason: 'small' },
        { path: '/usr/share/?.txt', reason: 'unused' },
      ],
    }),
  );
  assert.deepEqual(single?.paths, ['/usr/share/x.txt']);
  assert.equal(deep?.paths.length, 4);
  assert.deepEqual(tree.children('/usr/share'), ['/usr/share/man', '/usr/share/xy.txt']);
  const nothing = definition({ remove: [{ path: '/usr/share/*.nosuch', reason: 'x' }] });
  assert.throws(() => applyRemovals(tree, nothing), { code: 'COMPOSE_MISSING_FILE' });
});

test('directories of every system are there, and those that are stay as they were', () => {
  const tree = newTree();
  tree.set('/root', { ...rootOwned(0o750, 0), type: 'directory' });
  addStandardDirectories(tree, 1);
  assert.deepEqual(
    ['/tmp', '/root', '/proc', '/var/tmp'].map((path) => tree.get(path)?.mode),
    [0o1777, 0o750, 0o555, 0o1777],
  );
  assert.equal(tree.resolve('/var/run/x'), '/run/x');
});

test('an image knows its name, and that it was not started yet', async () => {
  const tree = newTree();
  addIdentityFiles(tree, definition({ hostname: 'box', locale: 'C.UTF-8', timezone: 'Europe/Berlin' }), 3);
  assert.equal(await textOf(tree, '/etc/hostname'), 'box\n');
  assert.equal(await textOf(tree, '/etc/locale.conf'), 'LANG=C.UTF-8\n');
  assert.equal(await textOf(tree, '/etc/machine-id'), '');
  const zone = tree.get('/etc/localtime');
  assert.equal(zone?.type === 'symlink' && zone.target, '../usr/share/zoneinfo/Europe/Berlin');
  addUpdateStamps(tree);
  assert.match(await textOf(tree, '/etc/.updated'), /^TIMESTAMP_NSEC=5000000000$/m);
  assert.equal(tree.get('/var/.updated')?.mtime, 5);
});

test('accounts of the image have homes and keys of their own', async () => {
  const tree = newTree();
  const users: NonNullable<ImageDefinition['users']> = {
    admin: { uid: 1000, groups: ['sudo'], sshAuthorizedKeys: ['ssh-ed25519 AAAA a'] },
    agent: { system: true },
  };
  const accounts = planAccounts([formatImageUsers(users)]);
  addHomes(tree, users, accounts, 3);
  assert.deepEqual(accounts.groups.get('sudo')?.members, ['admin']);
  assert.equal(await textOf(tree, '/home/admin/.ssh/authorized_keys'), 'ssh-ed25519 AAAA a\n');
  const modes = ['/home/admin', '/home/admin/.ssh', '/home/admin/.ssh/authorized_keys'].map((path) => tree.get(path));
  assert.deepEqual(
    modes.map((inode) => [inode?.mode, inode?.uid]),
    [
      [0o700, 1000],
      [0o700, 1000],
      [0o600, 1000],
    ],
  );
  assert.equal(tree.has('/home/agent'), false);
});
