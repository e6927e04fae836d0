import { type FileTree, joinPath } from '@slipway/tree';
import type { ConfigContents } from '../config-contents.ts';
import { addGenerated } from '../system-files.ts';
import type { ElfFacts, ElfIndex } from './elf-facts.ts';
import { cachedName } from './library-closure.ts';
import { libraryDirectories } from './library-directories.ts';
import { type CachedLibrary, formatLinkerCache } from './linker-cache.ts';

/** FLAG_ELF_LIBC6 with the architecture's bits (glibc: sysdeps/unix/sysv/linux/*\/ldconfig.h). */
const cacheFlags: Readonly<Record<ElfFacts['machine'], number>> = { x86_64: 0x0303, aarch64: 0x0a03 };

const libraryName = /^(lib.+|ld-.+)\.so(\.|$)/;

/**
 * Writes `/etc/ld.so.cache` as `ldconfig` would: the libraries of every directory that the loader is configured for.
 * Returns these directories.
 */
export function addLinkerCache(tree: FileTree, configs: ConfigContents, elf: ElfIndex, time: number): string[] {
  const directories = libraryDirectories(tree, (path) => configs.text(path));
  const libraries = directories.flatMap((directory) => librariesIn(tree, elf, directory));
  addGenerated(tree, '/etc/ld.so.cache', formatLinkerCache(unique(libraries), 'slipway'), { mode: 0o644, time });
  return directories;
}

/** Each soname once for each directory: the entry that is a file or link of that very name, else any file that has it. */
function librariesIn(tree: FileTree, elf: ElfIndex, directory: string): CachedLibrary[] {
  return tree.children(directory).flatMap((path) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const facts = libraryName.test(name) ? elf.get(tree.resolve(path, true)) : undefined;
    if (facts === undefined || (facts.interpreter !== undefined && facts.soname === undefined)) {
      return [];
    }
    const soname = cachedName(path, facts);
    return tree.has(joinPath(directory, soname))
      ? [{ soname, path: joinPath(directory, soname), flags: cacheFlags[facts.machine] }]
      : [];
  });
}

function unique(libraries: readonly CachedLibrary[]): CachedLibrary[] {
  return [
    ...new Map(libraries.map((library) => [`${library.soname} ${library.path} ${library.flags}`, library])).values(),
  ];
}
