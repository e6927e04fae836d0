import { baseName, type FileTree, joinPath, rootOwned } from '@slipway/tree';
import type { ConfigContents } from '../config-contents.ts';
import { addGenerated } from '../system-files.ts';
import { configText } from '../systemd/drop-in-files.ts';
import type { ElfFacts, ElfIndex } from './elf-facts.ts';
import { cachedName } from './library-closure.ts';
import { libraryDirectories } from './library-directories.ts';
import { type CachedLibrary, compareSonames, formatLinkerCache } from './linker-cache.ts';

/** FLAG_ELF_LIBC6 with the architecture's bits (glibc: sysdeps/unix/sysv/linux/*\/ldconfig.h). */
const cacheFlags: Readonly<Record<ElfFacts['machine'], number>> = { x86_64: 0x0303, aarch64: 0x0a03 };

/** glibc's `_dl_is_dso`. */
const libraryName = /^(lib|ld-).*\.so/;

/** Where libraries for levels of a processor are, below each directory of libraries (ld.so(8), "Hardware capabilities"). */
const hwcapsDirectory = 'glibc-hwcaps';

/**
 * Writes `/etc/ld.so.cache` as `ldconfig` would: the libraries of every directory that the loader is configured for,
 * and the links from sonames to files that packages left to ldconfig. Returns these directories.
 */
export function addLinkerCache(tree: FileTree, configs: ConfigContents, elf: ElfIndex, time: number): string[] {
  const directories = libraryDirectories(tree, (path) => configText(tree, configs, path));
  const libraries = directories.flatMap((directory) => [
    ...plainLibraries(tree, elf, directory, time),
    ...tree.children(joinPath(directory, hwcapsDirectory)).flatMap((path) => hwcapLibraries(tree, elf, path)),
  ]);
  addGenerated(tree, '/etc/ld.so.cache', formatLinkerCache(libraries, 'slipway'), { mode: 0o644, time });
  return directories;
}

/** Libraries under the names that the loader asks for; a name that is not there becomes a link to its file. */
function plainLibraries(tree: FileTree, elf: ElfIndex, directory: string, time: number): CachedLibrary[] {
  return [...namedLibraries(tree, elf, directory)].map(([soname, { name, flags }]) => {
    const path = joinPath(directory, soname);
    if (!tree.has(path)) {
      tree.set(path, { ...rootOwned(0o777, time), type: 'symlink', target: name });
    }
    return { soname, path, flags, hwcap: undefined };
  });
}

function hwcapLibraries(tree: FileTree, elf: ElfIndex, directory: string): CachedLibrary[] {
  return [...namedLibraries(tree, elf, directory)].map(([soname, { name, flags }]) => ({
    soname,
    path: joinPath(directory, name),
    flags,
    hwcap: baseName(directory),
  }));
}

interface NamedLibrary {
  /** File name in the directory. */
  readonly name: string;
  readonly flags: number;
  readonly isLink: boolean;
}

/** Libraries of a directory by the name that the cache has for them; of several, a file before a link, then the newest. */
function namedLibraries(tree: FileTree, elf: ElfIndex, directory: string): Map<string, NamedLibrary> {
  const found = new Map<string, NamedLibrary>();
  for (const path of tree.children(directory)) {
    const name = baseName(path);
    const facts = libraryName.test(name) ? elf.get(tree.resolve(path, true)) : undefined;
    if (facts === undefined || (facts.interpreter !== undefined && facts.soname === undefined)) {
      continue;
    }
    const soname = cachedName(path, facts);
    const isLink = tree.get(path)?.type === 'symlink' && (name === soname || isDevelopmentLink(name, soname));
    const key = isLink ? name : soname;
    const library = { name, flags: cacheFlags[facts.machine], isLink };
    if (isBetter(library, found.get(key))) {
      found.set(key, library);
    }
  }
  return found;
}

/** `libz.so` of `libz.so.1`: what the link editor looks for. */
function isDevelopmentLink(name: string, soname: string): boolean {
  return name.endsWith('.so') && soname.startsWith(name);
}

function isBetter(library: NamedLibrary, known: NamedLibrary | undefined): boolean {
  if (known === undefined || library.isLink !== known.isLink) {
    return known === undefined || known.isLink;
  }
  return compareSonames(known.name, library.name) < 0;
}
