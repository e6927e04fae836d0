import { SlipwayError } from '@slipway/core';
import type { Dependency, PackageFile, PackageMetadata } from '../package-metadata.ts';

/** A file of a package to be written: its digest is computed while its content passes. */
export interface InputFile extends Omit<PackageFile, 'digest'> {
  /** RPMVERIFY_* bits: what `rpm -V` compares. Default everything, without what only content has for ghosts. */
  readonly verifyFlags?: number;
}

/** The texts of a package in one language; what is missing is as in the package itself. */
export interface Translation {
  /** `de`, `pt_BR`, … as in $LANG. */
  readonly locale: string;
  readonly summary?: string;
  readonly description?: string;
  readonly group?: string;
}

/** A binary package to be written: metadata without what the writer derives. */
export interface PackageInput extends Omit<PackageMetadata, 'files' | 'installedSizeBytes' | 'archiveSizeBytes'> {
  /** In any order; links of one file share `device` and `inode` (not 0) and have equal sizes. */
  readonly files: readonly InputFile[];
  readonly distribution?: string;
  readonly translations?: readonly Translation[];
  /** OrderWithRequires: what is installed before, if it is installed at all. */
  readonly orderings?: readonly Dependency[];
  readonly vcs?: string;
  readonly bugUrl?: string;
  readonly distTag?: string;
  readonly modularityLabel?: string;
  readonly platform?: string;
  /** `name-[epoch:]version-release` of the source package; written in format 6. */
  readonly sourceNevr?: string;
}

/** A file with its place in `PackageInput.files`. */
export interface PlacedFile extends InputFile {
  readonly inputIndex: number;
}

/** Bytes of a path with its final NUL that Linux accepts (PATH_MAX). */
const maxPathBytes = 4096;

/** The files in the order of their paths as bytes, in which rpm searches them. Throws `RPM_UNWRITABLE`. */
export function sortFiles(input: PackageInput): PlacedFile[] {
  const keyed = input.files.map((file, inputIndex) => ({
    key: Buffer.from(file.path),
    placed: { ...file, inputIndex },
  }));
  keyed.sort((a, b) => Buffer.compare(a.key, b.key));
  keyed.forEach(({ key, placed }, i) => {
    if (keyed[i + 1]?.key.equals(key) === true) {
      throw unwritable(input, `${placed.path} is in it twice`);
    }
    if (key.length >= maxPathBytes || !isNormalised(placed.path)) {
      throw unwritable(input, `the path "${placed.path.slice(0, 200)}" is not absolute and normalised, or is too long`);
    }
  });
  return keyed.map(({ placed }) => placed);
}

/** Throws `RPM_UNWRITABLE` for a name, version or release that no NEVRA can hold. */
export function checkNevra(input: PackageInput): void {
  const { name, arch, evr } = input;
  const isPart = (text: string) => /^[^\s-]+$/.test(text);
  if (!/^\S+$/.test(name) || !/^[^\s.-]+$/.test(arch) || !isPart(evr.version) || !isPart(evr.release)) {
    throw unwritable(input, 'its name, version, release or architecture is empty or has a character that rpm refuses');
  }
}

export function unwritable(input: PackageInput, reason: string): SlipwayError {
  return new SlipwayError('RPM_UNWRITABLE', `Cannot write the package ${input.name}: ${reason}`);
}

function isNormalised(path: string): boolean {
  return path === '/' || /^(\/(?!\.{1,2}(\/|$))[^/\0]+)+$/.test(path);
}
