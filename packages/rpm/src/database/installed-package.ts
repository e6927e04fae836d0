import type { Header } from '../header/header.ts';

/** RPMFILE_STATE_* of rpmfiles.h: what became of a file of the package when it was installed. */
export const fileState = { normal: 0, replaced: 1, notInstalled: 2, netShared: 3, wrongColor: 4 } as const;

/** A digest of the whole package file, as rpm 6.1 keeps it: 8 SHA-256, 10 SHA-512 (OpenPGP numbers). */
export interface PackageDigest {
  readonly algorithm: 8 | 10;
  /** Lower-case hexadecimal. */
  readonly hex: string;
}

/** One package as it will stand in a database. */
export interface InstalledPackage {
  /** The main header and the signature header of the package file. */
  readonly header: Header;
  readonly signature: Header;
  /** Seconds since 1970. */
  readonly installTime: number;
  /** The same for all packages of one transaction; rpm takes the time at which the transaction began. */
  readonly installTid: number;
  /** One `fileState` per file in header order; every file normal when not given. */
  readonly fileStates?: Uint8Array;
  /** The colours of files that the system takes: 3 (32 and 64 bit) unless given, which is rpm's value on 64-bit machines. */
  readonly installColor?: number;
  /** In the order of rpm's `_pkgverify_digests`: SHA-256, then SHA-512. */
  readonly packageDigests?: readonly PackageDigest[];
}
