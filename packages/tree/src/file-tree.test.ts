import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FileTree } from './file-tree.ts';
import { type DirectoryInode, generatedFile, type Inode, rootOwned } from './inode.ts';
import { baseName, comparePaths, joinPath, parentPath } from './tree-path.ts';

const directory: DirectoryInode = { ...rootOwned(0o755, 0), type: 'directory' };

function file(text = ''): Inode {
  return generatedFile(text, rootOwned(0o644, 0));
}

function link(target: string): Inode {
  return { ...rootOwned(0o777, 0), type: 'symlink', target };
}

function treeOf(entries: Record<string, Inode>): FileTree {
  const tree = new FileTree(directory);
  for (const [path, inode] of Object.entries(entries)) {
    tree.set(path, inode);
  }
  return tree;
}

const name = fc.oneof(
  fc.constantFrom('a', 'b', 'a.b', 'a-b', 'A', 'ä', '\uffee', '\ue000', '😀', '日'),
  fc
    .string({ unit: 'binary', minLength: 1, maxLength: 4 })
    .filter((text) => /^[^/\0]+$/.test(text) && !/^\.+$/.test(text)),
);
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => `/${names.join('/')}`);

/** What a tree is, in the plainest way: a map in which parents are there. */
type Step = { readonly kind: 'directory' | 'file' | 'delete'; readonly path: string };
const step = fc.record({ kind: fc.constantFrom('directory', 'file', 'delete'), path }) as fc.Arbitrary<Step>;

function play(steps: readonly Step[]): { tree: FileTree; model: Map<string, Inode> } {
  const tree = new FileTree(directory);
  const model = new Map<string, Inode>([['/', directory]]);
  for (const { kind, path } of steps) {
    if (kind === 'delete') {
      tree.delete(path);
      [...model.keys()]
        .filter((each) => each === path || each.startsWith(`${path}/`))
        .forEach((each) => model.delete(each));
      continue;
    }
    const inode = kind === 'file' ? file() : directory;
    const hasParent = model.get(parentPath(path))?.type === 'directory';
    const hasEntries = [...model.keys()].some((each) => each.startsWith(`${path}/`));
    if (!hasParent) {
      assert.throws(() => tree.set(path, inode), { code: 'TREE_NO_PARENT' });
    } else if (kind === 'file' && hasEntries) {
      assert.throws(() => tree.set(path, inode), { code: 'TREE_NOT_EMPTY' });
    } else {
      tree.set(path, inode);
      model.set(path, inode);
    }
    tree.children(parentPath(path)); // a remembered order must not outlive the next change
  }
  return { tree, model };
}

test('a tree is a map in which every parent is a directory', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const { tree, model } = play(steps);
      assert.equal(tree.size, model.size);
      const entries = [...tree.entries()];
      assert.deepEqual(new Map(entries.map(({ path, inode }) => [path, inode])), model);
      for (const [at, { path }] of entries.entries()) {
        assert.equal(tree.get(path), model.get(path));
        assert.ok(path === '/' || entries.slice(0, at).some((each) => each.path === parentPath(path)));
      }
    }),
  );
});

test('siblings come in the order of the bytes of their names', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const { tree, model } = play(steps);
      for (const parent of model.keys()) {
        const expected = [...model.keys()].filter((each) => each !== '/' && parentPath(each) === parent);
        expected.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        assert.deepEqual(tree.children(parent), expected);
      }
    }),
  );
});

test('paths compare as their UTF-8 bytes', () => {
  fc.assert(
    fc.property(fc.array(name), fc.array(name), (a, b) => {
      const [left, right] = [a.join('/'), b.join('/')];
      assert.equal(comparePaths(left, right), Buffer.compare(Buffer.from(left), Buffer.from(right)));
    }),
    { numRuns: 500 },
  );
  assert.equal(comparePaths('/\uffee', '/😀'), -1);
  assert.equal(comparePaths('/😀', '/😀a'), -1);
});

test('a path that is not absolute and normalised is refused', () => {
  const tree = new FileTree(directory);
  const long = 'ä'.repeat(128);
  for (const bad of ['', 'a', '//', '/a/', '/a//b', '/.', '/..', '/a/./b', '/a/../b', '/a\0', `/${long}`, '/\ud800']) {
    assert.throws(() => tree.set(bad, file()), { code: 'TREE_BAD_PATH' }, JSON.stringify(bad));
  }
  assert.throws(() => tree.set(`/${'a/'.repeat(2050)}a`, file()), { code: 'TREE_BAD_PATH' });
  tree.set(`/${'ä'.repeat(127)}`, file());
  tree.set('/...', file());
  assert.equal(tree.size, 3);
});

test('the root stays a directory, and deleting it empties the tree', () => {
  const tree = treeOf({ '/a': directory, '/a/b': file() });
  assert.throws(() => tree.set('/', file()), { code: 'TREE_NOT_EMPTY' });
  tree.set('/', { ...directory, mode: 0o700 });
  assert.equal(tree.root.mode, 0o700);
  assert.deepEqual(tree.children('/'), ['/a']);
  tree.delete('/');
  assert.deepEqual(
    [...tree.entries()].map(({ path }) => path),
    ['/'],
  );
});

test('an entry may be replaced, a directory with entries only by a directory', () => {
  const tree = treeOf({ '/a': directory, '/a/b': file(), '/c': directory });
  tree.set('/c', file());
  assert.throws(() => tree.set('/c/d', file()), { code: 'TREE_NO_PARENT' });
  assert.throws(() => tree.set('/a', file()), { code: 'TREE_NOT_EMPTY' });
  tree.set('/a', { ...directory, mode: 0o700 });
  assert.deepEqual(tree.children('/a'), ['/a/b']);
});

test('a tree may change while its entries are read', () => {
  const tree = treeOf({ '/a': directory, '/a/b': file(), '/c': file() });
  const seen: string[] = [];
  for (const { path } of tree.entries()) {
    seen.push(path);
    if (path === '/a') {
      tree.delete('/c');
      tree.set('/a/z', file());
      tree.set('/d', file());
    }
  }
  assert.deepEqual(seen, ['/', '/a', '/a/b', '/a/z']);
});

test('what children returns is the caller’s', () => {
  const tree = treeOf({ '/a': file(), '/b': file() });
  tree.children('/').reverse();
  assert.deepEqual(tree.children('/'), ['/a', '/b']);
});

test('resolving follows the links of directories, and the last one when asked', () => {
  const tree = treeOf({
    '/usr': directory,
    '/usr/bin': directory,
    '/usr/bin/dash': file(),
    '/usr/bin/sh': link('dash'),
    '/bin': link('usr/bin'),
    '/abs': link('/usr/bin'),
    '/up': link('usr/../usr/./bin/..'),
    '/out': link('../../usr'),
    '/dangling': link('nosuch/x'),
    '/loop': link('loop'),
    '/a': link('b'),
    '/b': link('a'),
  });
  assert.equal(tree.resolve('/bin/sh'), '/usr/bin/sh');
  assert.equal(tree.resolve('/bin/sh', true), '/usr/bin/dash');
  assert.equal(tree.resolve('/abs/../x'), '/usr/x');
  assert.equal(tree.resolve('/up/bin/sh', true), '/usr/bin/dash');
  assert.equal(tree.resolve('/out/bin'), '/usr/bin');
  assert.equal(tree.resolve('/dangling', true), '/nosuch/x');
  assert.equal(tree.resolve('/dangling'), '/dangling');
  assert.equal(tree.resolve('//bin/./sh/'), '/usr/bin/sh');
  assert.equal(tree.resolve('/'), '/');
  assert.equal(tree.lookup('/bin/sh'), tree.get('/usr/bin/dash'));
  assert.equal(tree.lookup('/dangling'), undefined);
  for (const looping of ['/loop/x', '/a/x']) {
    assert.throws(() => tree.resolve(looping), { code: 'TREE_SYMLINK_LOOP' });
  }
  assert.throws(() => tree.resolve('/loop', true), { code: 'TREE_SYMLINK_LOOP' });
  assert.equal(tree.resolve('/loop'), '/loop');
});

test('40 links are followed, as by Linux, and not 41', () => {
  const chain = (count: number) =>
    treeOf(Object.fromEntries(Array.from({ length: count }, (_, at) => [`/l${at}`, link(`l${at + 1}`)])));
  assert.equal(chain(40).resolve('/l0', true), '/l40');
  assert.throws(() => chain(41).resolve('/l0', true), { code: 'TREE_SYMLINK_LOOP' });
});

test('any links and paths resolve to a normalised path or a loop', () => {
  const target = fc
    .array(fc.constantFrom('a', 'b', 'c', '..', '.', '', '/'), { maxLength: 5 })
    .map((parts) => parts.join('/'));
  fc.assert(
    fc.property(target, target, target, target, (a, b, c, query) => {
      const tree = treeOf({ '/a': link(a), '/b': directory, '/b/a': link(b), '/b/b': directory, '/b/b/c': link(c) });
      try {
        const place = tree.resolve(`/${query}`, true);
        assert.equal(place, tree.resolve(place, true));
        assert.match(place, /^\/([^/]+(\/[^/]+)*)?$/);
      } catch (error) {
        assert.equal((error as { code: string }).code, 'TREE_SYMLINK_LOOP');
      }
    }),
  );
});

test('a clone is equal and independent', () => {
  const tree = treeOf({ '/a': directory, '/a/b': file('x') });
  const copy = tree.clone();
  assert.deepEqual([...copy.entries()], [...tree.entries()]);
  copy.delete('/a');
  assert.equal(tree.has('/a/b'), true);
});

test('paths are taken apart and put together', () => {
  fc.assert(
    fc.property(path, (whole) => {
      assert.equal(joinPath(parentPath(whole), baseName(whole)), whole);
    }),
  );
  assert.equal(parentPath('/'), '/');
});
