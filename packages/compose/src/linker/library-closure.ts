import { SlipwayError } from '@slipway/core';
import { baseName, type FileTree, joinPath, parentPath } from '@slipway/tree';
import type { ElfFacts, ElfIndex } from './elf-facts.ts';

export interface LibraryClosure {
  readonly tree: FileTree;
  readonly elf: ElfIndex;
  /** Directories that the loader searches, in order. */
  readonly directories: readonly string[];
  /** Sonames that are followed although they are only loaded with dlopen. */
  readonly dlopenSonames: readonly string[];
}

/**
 * Every path that loading `programs` needs, themselves included: interpreters, libraries and the symbolic links that
 * lead to them. Follows the rules of ld.so(8): DT_RUNPATH with $ORIGIN, then the default directories.
 * Throws COMPOSE_MISSING_LIBRARY.
 */
export function planLibraries(closure: LibraryClosure, programs: readonly string[]): Set<string> {
  const paths = new Set<string>();
  /** What is loaded already satisfies a name, whoever asks for it again. */
  const loaded = new Map<string, string>();
  const todo = [...programs];
  while (todo.length > 0) {
    const path = todo.pop() as string;
    const real = closure.tree.resolve(path, true);
    [...linksTo(closure.tree, path), real].forEach((step) => paths.add(step));
    const facts = closure.elf.get(real);
    for (const needed of facts === undefined ? [] : neededPaths(closure, { path: real, facts, loaded })) {
      if (!paths.has(needed)) {
        paths.add(needed);
        todo.push(needed);
      }
    }
  }
  return paths;
}

interface Loading {
  readonly path: string;
  readonly facts: ElfFacts;
  readonly loaded: Map<string, string>;
}

function neededPaths(closure: LibraryClosure, { path, facts, loaded }: Loading): string[] {
  const sonames = [...facts.needed, ...wantedDlopen(closure, facts)];
  const found = sonames.map((soname) => {
    const place = findLibrary(closure, path, facts, soname) ?? loaded.get(soname);
    if (place === undefined) {
      throw new SlipwayError(
        'COMPOSE_MISSING_LIBRARY',
        `Cannot use ${path}: it needs ${soname}, which the image does not have`,
        { hint: 'add the package that has the library to the image' },
      );
    }
    loaded.set(soname, place);
    return place;
  });
  return facts.interpreter === undefined ? found : [...found, facts.interpreter];
}

/** Of each feature's alternatives, the first that is followed and present. */
function wantedDlopen(closure: LibraryClosure, facts: ElfFacts): string[] {
  return facts.dlopen.flatMap((alternatives) => {
    const wanted = alternatives.find((soname) => closure.dlopenSonames.includes(soname));
    return wanted === undefined ? [] : [wanted];
  });
}

function findLibrary(closure: LibraryClosure, from: string, facts: ElfFacts, soname: string): string | undefined {
  const origin = parentPath(from);
  const runpath = facts.runpath.map((directory) => directory.replace(/\$\{?ORIGIN\}?/g, origin));
  return [...runpath, ...closure.directories]
    .map((directory) => joinPath(closure.tree.resolve(directory, true), soname))
    .find((path) => closure.elf.get(closure.tree.resolve(path, true))?.machine === facts.machine);
}

/** The links of a path's last component, one after the other (libz.so.1 → libz.so.1.3.1). */
function linksTo(tree: FileTree, path: string): string[] {
  const place = tree.resolve(path);
  const inode = tree.get(place);
  if (inode?.type !== 'symlink') {
    return [place];
  }
  const target = inode.target.startsWith('/') ? inode.target : joinPath(parentPath(place), inode.target);
  return [place, ...linksTo(tree, tree.resolve(target))];
}

/** The name under which ldconfig lists a library file. */
export function cachedName(path: string, facts: ElfFacts): string {
  return facts.soname ?? baseName(path);
}
