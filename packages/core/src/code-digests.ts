import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asDigest, type Digest, sha256 } from './digest.ts';

/** Digest of the code of a set of packages: part of the key of every task that they do. */
export interface CodeDigests {
  of(...packages: readonly PackageName[]): Digest;
}

const packageNames = [
  'build',
  'compose',
  'core',
  'disk',
  'formats',
  'pipeline',
  'project',
  'release',
  'render',
  'repo',
  'rpm',
  'solver',
  'spec',
  'tree',
  'trust',
  'upstream',
] as const;

export type PackageName = (typeof packageNames)[number];

/**
 * Hashes the sources of every package (tests apart): a changed program is a changed input, so that nobody has to
 * remember to raise a version number. About 50 ms.
 */
export async function loadCodeDigests(): Promise<CodeDigests> {
  const packages = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
  const digests = new Map(
    await Promise.all(
      packageNames.map(async (name) => [name, await hashSources(join(packages, name, 'src'))] as const),
    ),
  );
  return {
    of: (...names) => sha256([process.version, ...names.map((name) => digests.get(name))].join(' ')),
  };
}

async function hashSources(directory: string): Promise<Digest> {
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
