import type { Header } from '../header/header.ts';
import { tag } from '../header/tags.ts';
import { readFileDigests, readFiles } from '../metadata/files.ts';
import type { HashName } from '../metadata/hash-algorithm.ts';
import type { PackageFile } from '../package-metadata.ts';
import { fileState, type PackageDigest } from './installed-package.ts';
import { installedTag } from './installed-tags.ts';

/** What installing a package added to its header. */
export interface Installation {
  /** Seconds since 1970. */
  readonly installTime: number;
  /** The same for all packages of one transaction. */
  readonly installTid: number;
  /** The colours of files that the system took then (1: 32 bit, 2: 64 bit). */
  readonly installColor: number;
  /** Digests of the whole package file, which rpm 6.1 records; algorithms that it does not use are left out. */
  readonly packageDigests: readonly PackageDigest[];
  /** Where the relocatable parts of the package are; empty for what cannot be relocated. */
  readonly installPrefixes: readonly string[];
}

/** A file of an installed package with what `rpm -V` compares it with. */
export interface InstalledFile extends PackageFile {
  /** A value of `fileState`; undefined when the header has none for the file, or one that rpm does not define. */
  readonly state: (typeof fileState)[keyof typeof fileState] | undefined;
  /** 1: 32-bit, 2: 64-bit executable or library, 0: neither. */
  readonly color: number;
  /** RPMVERIFY_* bits: what of the file is to be compared; all of it when the package does not say. */
  readonly verifyFlags: number;
  /** The digest in the package's own algorithm; undefined for what is no regular file and for unknown algorithms. */
  readonly recordedDigest: { readonly hash: HashName; readonly hex: string } | undefined;
}

const states: ReadonlyMap<number, InstalledFile['state']> = new Map(
  Object.values(fileState).map((state) => [state, state]),
);
const verifyAll = 0xffff_ffff;

/** What installing recorded of the package of an installed header. Throws `RPM_BAD_HEADER` for values of wrong types. */
export function readInstallation(header: Header): Installation {
  const algorithms = header.numbers(installedTag.packageDigestAlgos);
  const digests = header.strings(installedTag.packageDigests);
  return {
    installTime: header.number(installedTag.installTime) ?? 0,
    installTid: header.number(installedTag.installTid) ?? 0,
    installColor: header.number(installedTag.installColor) ?? 0,
    packageDigests: digests.flatMap((hex, index): PackageDigest[] => {
      const algorithm = algorithms[index];
      return algorithm === 8 || algorithm === 10 ? [{ algorithm, hex }] : [];
    }),
    installPrefixes: header.strings(installedTag.installPrefixes),
  };
}

/**
 * The files of an installed package in header order, also those that were not installed (see `state`). Throws
 * `RPM_BAD_HEADER` when arrays of the header disagree.
 */
export function readInstalledFiles(header: Header): InstalledFile[] {
  const recorded = header.has(installedTag.fileStates) ? header.numbers(installedTag.fileStates) : [];
  const colors = header.numbers(tag.fileColors);
  const verifyFlags = header.numbers(tag.fileVerifyFlags);
  const { hash, hex } = readFileDigests(header);
  return readFiles(header).map((file, index) => {
    const digest = hex[index] ?? '';
    return {
      ...file,
      state: states.get(recorded[index] ?? -1),
      color: colors[index] ?? 0,
      verifyFlags: verifyFlags[index] ?? verifyAll,
      recordedDigest: hash === undefined || digest === '' ? undefined : { hash, hex: digest },
    };
  });
}
