/** Public-key algorithms that sign (RFC 9580, 9.1; draft-ietf-openpgp-pqc, section 3). */
export const publicKeyAlgorithm = {
  rsa: 1,
  rsaEncryptOnly: 2,
  rsaSignOnly: 3,
  dsa: 17,
  ecdsa: 19,
  eddsaLegacy: 22,
  ed25519: 27,
  ed448: 28,
  mlDsa65Ed25519: 30,
  mlDsa87Ed448: 31,
  slhDsaShake128s: 32,
  slhDsaShake128f: 33,
  slhDsaShake256s: 34,
} as const;

const algorithmNames: Readonly<Record<number, string>> = {
  1: 'RSA',
  2: 'RSA(Encrypt-Only)',
  3: 'RSA(Sign-Only)',
  16: 'Elgamal(Encrypt-Only)',
  17: 'DSA',
  18: 'Elliptic Curve',
  19: 'ECDSA',
  20: 'Elgamal',
  21: 'Diffie-Hellman (X9.42)',
  22: 'EdDSA',
  25: 'X25519',
  26: 'X448',
  27: 'Ed25519',
  28: 'Ed448',
  30: 'ML-DSA-65+Ed25519',
  31: 'ML-DSA-87+Ed448',
  32: 'SLH-DSA-SHAKE-128s',
  33: 'SLH-DSA-SHAKE-128f',
  34: 'SLH-DSA-SHAKE-256s',
  35: 'ML-KEM-768+X25519',
  36: 'ML-KEM-1024+X448',
};

/** As rpm names it. */
export function publicKeyAlgorithmName(id: number): string {
  return algorithmNames[id] ?? 'Unknown public key algorithm';
}

export interface HashAlgorithm {
  readonly id: number;
  /** As rpm names it. */
  readonly name: string;
  /** As node:crypto names it. */
  readonly nodeName: string;
  /** Of version 6 signatures (RFC 9580, 9.5); 0 where those must not use the algorithm. */
  readonly saltBytes: number;
  /** DER of the DigestInfo up to the digest, in hexadecimal (RFC 8017, 9.2). */
  readonly digestInfo: string;
}

const hashAlgorithms: readonly HashAlgorithm[] = [
  {
    ...{ id: 1, name: 'MD5', nodeName: 'md5', saltBytes: 0 },
    digestInfo: '3020300c06082a864886f70d020505000410',
  },
  {
    ...{ id: 2, name: 'SHA1', nodeName: 'sha1', saltBytes: 0 },
    digestInfo: '3021300906052b0e03021a05000414',
  },
  {
    ...{ id: 3, name: 'RIPEMD160', nodeName: 'ripemd160', saltBytes: 0 },
    digestInfo: '3021300906052b2403020105000414',
  },
  {
    ...{ id: 8, name: 'SHA256', nodeName: 'sha256', saltBytes: 16 },
    digestInfo: '3031300d060960864801650304020105000420',
  },
  {
    ...{ id: 9, name: 'SHA384', nodeName: 'sha384', saltBytes: 24 },
    digestInfo: '3041300d060960864801650304020205000430',
  },
  {
    ...{ id: 10, name: 'SHA512', nodeName: 'sha512', saltBytes: 32 },
    digestInfo: '3051300d060960864801650304020305000440',
  },
  {
    ...{ id: 11, name: 'SHA224', nodeName: 'sha224', saltBytes: 16 },
    digestInfo: '302d300d06096086480165030402040500041c',
  },
  {
    ...{ id: 12, name: 'SHA3-256', nodeName: 'sha3-256', saltBytes: 16 },
    digestInfo: '3031300d060960864801650304020805000420',
  },
  {
    ...{ id: 14, name: 'SHA3-512', nodeName: 'sha3-512', saltBytes: 32 },
    digestInfo: '3051300d060960864801650304020a05000440',
  },
];

/** Undefined for those that OpenPGP never defined or nobody has. */
export function hashAlgorithm(id: number): HashAlgorithm | undefined {
  return hashAlgorithms.find((known) => known.id === id);
}

/** The algorithm with this name of node:crypto, which must be one of the above. */
export function hashAlgorithmByName(nodeName: string): HashAlgorithm {
  return hashAlgorithms.find((known) => known.nodeName === nodeName) as HashAlgorithm;
}

/** As rpm names it. */
export function hashAlgorithmName(id: number): string {
  const obsolete: Readonly<Record<number, string>> = { 5: 'MD2', 6: 'TIGER192', 7: 'HAVAL-5-160' };
  return hashAlgorithm(id)?.name ?? obsolete[id] ?? 'Unknown hash algorithm';
}
