import type { Header } from '../header/header.ts';
import { tag } from '../header/tags.ts';
import { installedTag } from './installed-tags.ts';

/** The name of the packages as which rpm keeps imported OpenPGP certificates in a database (lib/keystore.cc). */
const keyPackageName = 'gpg-pubkey';

/** An OpenPGP certificate whose signatures rpm trusts. */
export interface InstalledKey {
  /** Lower-case hexadecimal: the fingerprint (rpm 6), or the last 8 or 16 digits of it (before). */
  readonly id: string;
  /** Of the certificate, seconds since 1970. */
  readonly creationTime: number;
  readonly userId: string;
  /** The certificate as binary packets. */
  readonly packets: Buffer;
}

/** Whether the header is a certificate and no package: solvers and lists of packages leave it out. */
export function isInstalledKey(header: Header): boolean {
  return header.string(tag.name) === keyPackageName;
}

/** The certificate of a `gpg-pubkey` header; undefined for packages. Nothing of it is checked. */
export function readInstalledKey(header: Header): InstalledKey | undefined {
  if (!isInstalledKey(header)) {
    return undefined;
  }
  return {
    id: (header.string(tag.version) ?? '').toLowerCase(),
    creationTime: header.number(tag.buildTime) ?? 0,
    userId: header.string(tag.packager) ?? '',
    packets: Buffer.from(header.string(installedTag.publicKeys) ?? '', 'base64'),
  };
}
