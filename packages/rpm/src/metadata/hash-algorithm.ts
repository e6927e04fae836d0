/** Names of node:crypto. */
export type HashName = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512' | 'sha3-256' | 'sha3-512';

/** Hash algorithm numbers of OpenPGP (RFC 9580 section 9.5), which rpm uses for file digests too. */
const names: ReadonlyMap<number, HashName> = new Map([
  [1, 'md5'],
  [2, 'sha1'],
  [8, 'sha256'],
  [9, 'sha384'],
  [10, 'sha512'],
  [11, 'sha224'],
  [12, 'sha3-256'],
  [14, 'sha3-512'],
]);

export function hashOfAlgorithm(algorithm: number): HashName | undefined {
  return names.get(algorithm);
}
