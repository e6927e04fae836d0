import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildTree } from '../build-tree.ts';
import { rootAccounts } from '../testing/root-accounts.ts';
import { type SampleFile, sampleLink, samplePackage, selected } from '../testing/sample-packages.ts';
import type { ElfFacts } from './elf-facts.ts';
import { planLibraries } from './library-closure.ts';
import { libraryDirectories } from './library-directories.ts';

function elf(facts: Partial<ElfFacts>): ElfFacts {
  return {
    machine: 'x86_64',
    soname: undefined,
    needed: [],
    runpath: [],
    interpreter: undefined,
    dlopen: [],
    ...facts,
  };
}

function closureOf(files: Record<string, SampleFile | ElfFacts>, dlopenSonames: string[] = []) {
  const isFacts = (file: SampleFile | ElfFacts): file is ElfFacts => typeof file === 'object' && 'needed' in file;
  const entries = Object.entries(files);
  const paths = Object.fromEntries(entries.map(([path, file]) => [path, isFacts(file) ? '' : file]));
  const { tree } = buildTree(selected(samplePackage('a', paths)), rootAccounts, 0);
  const facts = new Map(entries.flatMap(([path, file]) => (isFacts(file) ? [[path, file] as const] : [])));
  const directories = libraryDirectories(tree, (path) => (typeof files[path] === 'string' ? files[path] : undefined));
  return { tree, elf: facts, directories, dlopenSonames };
}

test('a program comes with its loader, libraries, and the links that lead to them', () => {
  const closure = closureOf({
    '/lib64': sampleLink('usr/lib64'),
    '/usr/bin/tool': elf({ needed: ['libz.so.1'], interpreter: '/lib64/ld.so.2' }),
    '/usr/lib64/ld.so.2': sampleLink('../lib/ld.so.2'),
    '/usr/lib/ld.so.2': elf({ soname: 'ld.so.2' }),
    '/usr/lib/libz.so.1': sampleLink('libz.so.1.3'),
    '/usr/lib/libz.so.1.3': elf({ soname: 'libz.so.1', needed: ['libc.so.6'] }),
    '/usr/lib/libc.so.6': elf({ needed: ['libz.so.1'] }),
    '/usr/lib/libunused.so': elf({}),
  });
  const paths = [...planLibraries(closure, ['/usr/bin/tool'])].filter((path) => closure.tree.resolve(path) === path);
  assert.deepEqual(paths.sort(), [
    '/usr/bin/tool',
    '/usr/lib/ld.so.2',
    '/usr/lib/libc.so.6',
    '/usr/lib/libz.so.1',
    '/usr/lib/libz.so.1.3',
    '/usr/lib64/ld.so.2',
  ]);
});

test('the run path of the program is searched first, for libraries of its own machine', () => {
  const closure = closureOf({
    '/usr/bin/tool': elf({ needed: ['liba.so'], runpath: ['$ORIGIN/../lib/private', '/opt/none'] }),
    '/usr/lib/private/liba.so': elf({}),
    '/usr/lib/liba.so': elf({}),
    '/opt/other': elf({ machine: 'aarch64', needed: ['liba.so'] }),
  });
  assert.ok(planLibraries(closure, ['/usr/bin/tool']).has('/usr/lib/private/liba.so'));
  assert.throws(() => planLibraries(closure, ['/opt/other']), { code: 'COMPOSE_MISSING_LIBRARY' });
});

test('of what may be loaded later, only what is wanted is followed', () => {
  const files = {
    '/usr/bin/tool': elf({ dlopen: [['libx.so.2', 'libx.so.1'], ['liby.so']] }),
    '/usr/lib/libx.so.1': elf({}),
    '/usr/lib/liby.so': elf({}),
  };
  assert.deepEqual([...planLibraries(closureOf(files, ['libx.so.1']), ['/usr/bin/tool'])].sort(), [
    '/usr/bin/tool',
    '/usr/lib/libx.so.1',
  ]);
});

test('the directories are those of ld.so.conf with its includes, then the loader’s', () => {
  const { directories } = closureOf({
    '/lib': sampleLink('usr/lib'),
    '/etc/ld.so.conf': 'include ld.so.conf.d/*.conf\n/opt/last/\n/nosuch\n',
    '/etc/ld.so.conf.d/b.conf': '# comment\n/opt/b # another\n/usr/lib\n',
    '/etc/ld.so.conf.d/a.conf': 'include /etc/ld.so.conf\n/opt/a\n',
    '/etc/ld.so.conf.d/c.txt': '/opt/c\n',
    ...Object.fromEntries(
      ['/opt/a/x', '/opt/b/x', '/opt/c/x', '/opt/last/x', '/usr/lib/x', '/usr/lib64/x'].map((path) => [path, '']),
    ),
  });
  const [first] = directories;
  assert.ok(first === '/opt/a' || first === '/opt/b' || first === '/opt/last');
  assert.deepEqual([...directories].sort(), ['/opt/a', '/opt/b', '/opt/last', '/usr/lib', '/usr/lib64']);
  assert.equal(directories.at(-1), '/usr/lib64');
});
