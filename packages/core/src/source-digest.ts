import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asDigest, type Digest } from './digest.ts';

/** Digest of the program text in a directory, tests apart: a changed program is a changed input of its tasks. */
export async function sourceDigest(directory: string): Promise<Digest> {
  const hash = createHash('sha256');
  const names = (await readdir(directory, { recursive: true })).filter(isSource).sort();
  for (const name of names) {
    hash.update(`${name}\0`).update(await readFile(join(directory, name)));
  }
  return asDigest(hash.digest('hex'));
}

function isSource(name: string): boolean {
  return /\.(ts|js|css|html)$/.test(name) && !/\.test(-support)?\.ts$/.test(name) && !name.includes('testing/');
}
