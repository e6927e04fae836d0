import { type TagName, tagTable } from './tag-table.ts';

/** The regions of a header: the current image, what a signature header and what a main header holds. */
const regionTags = { headerImage: 61, headerSignatures: 62, headerImmutable: 63 } as const;

/** Numbers of the tags of the main header by name. */
export const tag = {
  ...(Object.fromEntries(Object.entries(tagTable).map(([name, [number]]) => [name, number])) as {
    readonly [Name in TagName]: (typeof tagTable)[Name][0];
  }),
  ...regionTags,
} as const;

/** Tags of the signature header; numbers from 1000 on exist in packages of format 3 and 4 only. */
export const signatureTag = {
  dsaHeader: 267,
  rsaHeader: 268,
  sha1: 269,
  longSize: 270,
  longArchiveSize: 271,
  sha256: 273,
  fileSignatures: 274,
  fileSignatureLength: 275,
  veritySignatures: 276,
  veritySignatureAlgo: 277,
  openPgp: 278,
  sha3: 279,
  /** Zeros that later signatures take the place of, in format 6. */
  reserved: 999,
  size: 1000,
  pgp: 1002,
  md5: 1004,
  gpg: 1005,
  payloadSize: 1007,
  /** Zeros that later signatures take the place of, in format 4. */
  reservedSpace: 1008,
} as const;
