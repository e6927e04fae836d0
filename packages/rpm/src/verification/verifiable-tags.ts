import { type HeaderType, headerType } from '../header/header-type.ts';
import { signatureTag, tag } from '../header/tags.ts';
import type { HashName } from '../metadata/hash-algorithm.ts';

/** `package` is header and payload together. */
export type Coverage = 'header' | 'payload' | 'package';

/** A tag whose value says something about bytes of the package. */
export interface VerifiableTag {
  readonly tag: number;
  readonly where: 'signature' | 'header';
  readonly covers: Coverage;
  readonly type: HeaderType;
  /** Of the value with its final NUL, where it is fixed. */
  readonly valueBytes?: number;
  /** Of digests. */
  readonly hash?: HashName;
  /** Number of `hash` in OpenPGP: rpm puts the larger one first. */
  readonly hashId?: number;
  /** The digest is of the payload without compression; holds where that is what the file has. */
  readonly alternative?: true;
  /** Of signatures: the algorithm that the tag was made for, 0 for any. */
  readonly publicKeyAlgorithm?: number;
  /** Tags that are switched on and off together; a digest may stand in for a broken one of its group. */
  readonly group: number;
}

const { binary, string, stringArray } = headerType;
const [rsa, dsa] = [1, 17];
const [md5, sha1, sha256, sha512, sha3] = [1, 2, 8, 10, 12];
const hexBytes = (digestBytes: number) => digestBytes * 2 + 1;

/** In the order in which rpm meets them; `group` is the bit of its switch (rpm's lib/rpmvs.cc, rpmts.h). */
export const verifiableTags: readonly VerifiableTag[] = [
  {
    tag: signatureTag.openPgp,
    where: 'signature',
    covers: 'header',
    type: stringArray,
    publicKeyAlgorithm: 0,
    group: 12,
  },
  { tag: signatureTag.pgp, where: 'signature', covers: 'package', type: binary, publicKeyAlgorithm: rsa, group: 19 },
  {
    ...{ tag: signatureTag.md5, where: 'signature', covers: 'package', type: binary, valueBytes: 16 },
    ...{ hash: 'md5', hashId: md5, group: 17 },
  },
  { tag: signatureTag.gpg, where: 'signature', covers: 'package', type: binary, publicKeyAlgorithm: dsa, group: 18 },
  {
    ...{ tag: signatureTag.dsaHeader, where: 'signature', covers: 'header', type: binary },
    ...{ publicKeyAlgorithm: dsa, group: 10 },
  },
  {
    ...{ tag: signatureTag.rsaHeader, where: 'signature', covers: 'header', type: binary },
    ...{ publicKeyAlgorithm: rsa, group: 11 },
  },
  {
    ...{ tag: signatureTag.sha1, where: 'signature', covers: 'header', type: string, valueBytes: hexBytes(20) },
    ...{ hash: 'sha1', hashId: sha1, group: 8 },
  },
  {
    ...{ tag: signatureTag.sha256, where: 'signature', covers: 'header', type: string, valueBytes: hexBytes(32) },
    ...{ hash: 'sha256', hashId: sha256, group: 9 },
  },
  {
    ...{ tag: signatureTag.sha3, where: 'signature', covers: 'header', type: string, valueBytes: hexBytes(32) },
    ...{ hash: 'sha3-256', hashId: sha3, group: 13 },
  },
  ...payloadTags(tag.payloadSha256, tag.payloadSha256Alt, {
    type: stringArray,
    hash: 'sha256',
    hashId: sha256,
    group: 16,
  }),
  ...payloadTags(tag.payloadSha512, tag.payloadSha512Alt, { type: string, hash: 'sha512', hashId: sha512, group: 14 }),
  ...payloadTags(tag.payloadSha3, tag.payloadSha3Alt, { type: string, hash: 'sha3-256', hashId: sha3, group: 15 }),
];

/** Digests that rpm passes over unless told otherwise: `_pkgverify_flags 0x20100`. */
export const weakDigestTags: readonly number[] = [signatureTag.md5, signatureTag.sha1];

function payloadTags(
  compressed: number,
  uncompressed: number,
  rest: Pick<VerifiableTag, 'type' | 'group'> & { readonly hash: HashName; readonly hashId: number },
): VerifiableTag[] {
  return [
    { tag: compressed, where: 'header', covers: 'payload', ...rest },
    { tag: uncompressed, where: 'header', covers: 'payload', alternative: true, ...rest },
  ];
}
