import { createHash, type Hash } from 'node:crypto';

/** Hexadecimal digits of the hashes that `sources` files and lookaside caches use, weakest first. */
const hashDigits = { MD5: 32, SHA1: 40, SHA224: 56, SHA256: 64, SHA384: 96, SHA512: 128 } as const;

export type HashType = keyof typeof hashDigits;

/** The type of a name in any case; undefined for unknown ones. */
export function hashTypeOf(name: string): HashType | undefined {
  const upper = name.toUpperCase();
  return Object.hasOwn(hashDigits, upper) ? (upper as HashType) : undefined;
}

/** Whether `hash` has the digits of its type. */
export function isHash(type: HashType, hash: string): boolean {
  return hash.length === hashDigits[type] && /^[0-9a-fA-F]+$/.test(hash);
}

export function startHash(type: HashType): Hash {
  return createHash(type.toLowerCase());
}
