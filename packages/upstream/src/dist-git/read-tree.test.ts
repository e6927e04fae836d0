import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { type GitHistory, treeBytes } from '../testing/git-history.ts';
import { openUpstream } from '../testing/upstream-fixture.ts';
import { checkName } from './tree-paths.ts';
import type { UpstreamTree } from './upstream-tree.ts';

/** Fills a repository by hand and reads what its branch `rawhide` has. */
async function readMade(t: TestContext, make: (history: GitHistory) => string): Promise<UpstreamTree> {
  const upstream = await openUpstream(t);
  const commit = make(upstream.history);
  return upstream.distGit().readTree(upstream.uri, commit);
}

test('files come with their modes and bytes, links as links, sorted by path', async (t) => {
  const binary = Buffer.from([0, 0xff, 0x0d, 0x0a]);
  const tree = await readMade(t, (history) => {
    history.commit({ message: 'files', time: 1, files: { 'demo.spec': binary, 'sub/deep/patch': 'p', run: '#!' } });
    history.git(['update-index', '--chmod=+x', 'run']);
    history.git(['update-index', '--add', '--cacheinfo', `120000,${history.blob('deep/../../demo.spec')},sub/link`]);
    history.git(['commit', '--quiet', '--message=more'], { time: 2 });
    return history.git(['rev-parse', 'HEAD']);
  });

  assert.deepEqual(
    tree.files.map((file) =>
      file.type === 'file' ? [file.path, file.mode, file.sizeBytes] : [file.path, file.target],
    ),
    [
      ['demo.spec', 0o644, 4],
      ['run', 0o755, 2],
      ['sub/deep/patch', 0o644, 1],
      ['sub/link', 'deep/../../demo.spec'],
    ],
  );
  assert.deepEqual(await tree.read('demo.spec'), binary);
  assert.equal(`${await tree.readSpec('demo')}`, binary.toString());
  for (const path of ['sub/link', 'absent', 'sub']) {
    await assert.rejects(tree.read(path), { code: 'CORE_BUG' });
  }
});

const hostileNames = [
  ...['..', '.', '.git', '.GIT', 'a/b', '../x', 'new\nline', 'tab\there', 'x'.repeat(256)],
  Buffer.from([0x61, 0xff]),
];

for (const name of hostileNames) {
  test(`a file called ${JSON.stringify(String(name)).slice(0, 30)} is refused`, async (t) => {
    await assert.rejects(
      readMade(t, (history) => {
        const entries = [{ mode: '100644', name, id: history.blob('x') }];
        return history.commitTree('rawhide', treeBytes(entries), 1);
      }),
      { code: 'UPSTREAM_BAD_TREE' },
    );
  });
}

test('an empty name, which no git server gives, is refused as well', () => {
  assert.throws(() => checkName(Buffer.alloc(0), 'sub/'), { code: 'UPSTREAM_BAD_TREE' });
});

test('.git/config and a way up inside a directory are refused, and nothing is written outside', async (t) => {
  const upstream = await openUpstream(t);
  for (const directory of ['.git', '..']) {
    const inner = upstream.history.git(['mktree'], { input: `100644 blob ${upstream.history.blob('x')}\tconfig\n` });
    const bytes = treeBytes([{ mode: '40000', name: directory, id: inner }]);
    const commit = upstream.history.commitTree('rawhide', bytes, 1);
    await assert.rejects(upstream.distGit().readTree(upstream.uri, commit), { code: 'UPSTREAM_BAD_TREE' });
  }
  assert.deepEqual(readdirSync(upstream.directory).sort(), ['cache', 'served']);
});

test('names that only look like options are files', async (t) => {
  const tree = await readMade(t, (history) =>
    history.commit({ message: 'x', time: 1, files: { '--upload-pack=x': 'a', '-rf': 'b', '.gitignore': 'c' } }),
  );

  assert.deepEqual(
    tree.files.map(({ path }) => path),
    ['--upload-pack=x', '-rf', '.gitignore'],
  );
});

test('a name that is there twice, a submodule and an unknown mode are refused', async (t) => {
  const upstream = await openUpstream(t);
  const { history } = upstream;
  const id = history.blob('x');
  const trees = {
    'is there twice': [
      { mode: '100644', name: 'a', id },
      { mode: '120000', name: 'a', id },
    ],
    'is a submodule': [{ mode: '160000', name: 'module', id: '1'.repeat(40) }],
    'unknown mode': [{ mode: '020000', name: 'device', id }],
    'should be a file and is a tree': [{ mode: '100644', name: 'a', id: history.git(['mktree']) }],
  };
  for (const [reason, entries] of Object.entries(trees)) {
    const commit = history.commitTree('rawhide', treeBytes(entries), 1);
    await assert.rejects(upstream.distGit().readTree(upstream.uri, commit), new RegExp(reason), reason);
  }
});

test('links that leave the tree are refused, also by way of other links', async (t) => {
  const upstream = await openUpstream(t);
  const { history } = upstream;
  const commitLinks = (links: Readonly<Record<string, string>>) => {
    history.git(['read-tree', '--empty']);
    for (const [path, target] of Object.entries(links)) {
      history.git(['update-index', '--add', '--cacheinfo', `120000,${history.blob(target)},${path}`]);
    }
    return history.commitTree('rawhide', history.git(['ls-tree', history.git(['write-tree'])]), 1);
  };
  for (const links of [
    { a: '/etc/passwd' },
    { a: '../x' },
    { 'sub/a': '../../x' },
    { a: 'b/../..' },
    { 'p/q/up': '../..', out: 'p/q/up/../x' },
    { a: 'b', b: 'a' },
    { a: `${'x/'.repeat(200)}y` },
  ]) {
    const reading = upstream.distGit().readTree(upstream.uri, commitLinks(links));
    await assert.rejects(reading, { code: 'UPSTREAM_BAD_TREE' }, JSON.stringify(links));
  }
  const inside = { 'p/q/up': '../..', in: 'p/q/up/x', nowhere: 'absent', self: '.' };
  assert.equal((await upstream.distGit().readTree(upstream.uri, commitLinks(inside))).files.length, 4);
});

test('a tree that has itself many times over ends at the limit of files', async (t) => {
  await assert.rejects(
    readMade(t, (history) => {
      let id = history.git(['mktree'], { input: `100644 blob ${history.blob('x')}\tfile\n` });
      for (let depth = 0; depth < 20; depth++) {
        const entries = Array.from({ length: 10 }, (_, index) => `040000 tree ${id}\td${index}\n`);
        id = history.git(['mktree'], { input: entries.join('') });
      }
      return history.commitTree('rawhide', `040000 tree ${id}\ttop\n`, 1);
    }),
    /more than 20000 files/,
  );
});

test('a missing spec is an error that names the specs that are there', async (t) => {
  const tree = await readMade(t, (history) =>
    history.commit({ message: 'x', time: 1, files: { 'demo2.spec': '', 'sub/demo.spec': '' } }),
  );

  assert.throws(() => tree.readSpec('demo'), { code: 'UPSTREAM_NO_SPEC', hint: /demo2\.spec.*upstream-name/ });
});

test('a stored file that was damaged is noticed, and comes again in the next run', async (t) => {
  const upstream = await openUpstream(t);
  const commit = upstream.history.commit({ message: 'x', time: 1, files: { 'demo.spec': 'Version: 1\n' } });
  const tree = await upstream.distGit().readTree(upstream.uri, commit);
  const { store } = upstream.options();
  for await (const digest of store.list()) {
    writeFileSync(store.path(digest), 'Version: 2\n');
  }

  await assert.rejects(tree.readSpec('demo'), { code: 'CORE_STORE_CORRUPT' });
  const again = await upstream.distGit().readTree(upstream.uri, commit);
  assert.equal(`${await again.readSpec('demo')}`, 'Version: 1\n');
});

test('a commit that is nowhere is an error, and the cache stays', async (t) => {
  const upstream = await openUpstream(t);
  const commit = upstream.history.commit({ message: 'x', time: 1, files: { 'demo.spec': '' } });
  await upstream.distGit().readTree(upstream.uri, commit);

  await assert.rejects(upstream.distGit().readTree(upstream.uri, '1'.repeat(40)), {
    code: 'UPSTREAM_COMMIT_UNREACHABLE',
  });
  await assert.rejects(upstream.distGit().readTree(upstream.uri, `${commit}\n--all`), { code: 'CORE_BUG' });
  assert.equal((await upstream.distGit({ offline: true }).readTree(upstream.uri, commit)).files.length, 1);
});
