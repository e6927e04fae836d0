import { readElf } from '@slipway/formats';
import type { Dependency } from '@slipway/rpm';

/** The directories ld.so searches by default (and Debian's multiarch one): only what lies there can be linked to. */
const libraryPath = /^\/usr\/(?:lib|lib64|lib\/x86_64-linux-gnu)\/[^/]*\.so(?:\.[^/]*)?$/;
/** Of one library; the largest of Debian testing (libLLVM, libcef) have 250 MB. */
export const libraryLimitBytes = 512 << 20;

/** Whether a file may be a library that packages built with rpm link to. */
export function isLibraryPath(path: string): boolean {
  return libraryPath.test(path);
}

/**
 * What rpm's elfdeps provides for a shared library: `SONAME()(64bit)` and `SONAME(VERSION)(64bit)` for every version
 * that it defines, so that packages built by rpmbuild find it. Throws `FORMATS_BAD_ELF`.
 */
export function sonameCapabilities(bytes: Uint8Array, file: string): Dependency[] {
  const elf = readElf(bytes, { file });
  if (elf?.soname === undefined || elf.type !== 'shared' || elf.pie) {
    return [];
  }
  const versions = ['', ...elf.definedVersions];
  return [...new Set(versions)].sort().map((version) => ({ name: `${elf.soname}(${version})(64bit)` }));
}
