import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Digest, sha256 } from './digest.ts';
import { sourceDigest } from './source-digest.ts';

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
 * remember to raise a version number. About 50 ms, once in the life of a process.
 */
export function loadCodeDigests(): Promise<CodeDigests> {
  loaded ??= hashPackages();
  return loaded;
}

let loaded: Promise<CodeDigests> | undefined;

async function hashPackages(): Promise<CodeDigests> {
  const packages = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
  const digests = new Map(
    await Promise.all(
      packageNames.map(async (name) => [name, await sourceDigest(join(packages, name, 'src'))] as const),
    ),
  );
  return {
    of: (...names) => sha256([process.version, ...names.map((name) => digests.get(name))].join(' ')),
  };
}
