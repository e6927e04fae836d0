import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/core';
import { Keyring } from '@slipway/trust';
import type { PackageAnswer } from './package-oracle.ts';

/** Where the keys of a set of packages lie, relative to its directory: its own, or those of the set beside it. */
const keyDirectories = ['keys', '../keys', '../rpms/keys'];

/**
 * The keys that rpm had when the answers were recorded: it prints a fingerprint only of what it knows. Other keys of the
 * data are left out, with them rpm would have said something else.
 */
export function recordedKeyring(directory: string, answers: readonly PackageAnswer[]): Keyring {
  const known = new Set(answers.flatMap(({ checksig }) => checksig.flatMap((line) => fingerprintOf(line) ?? [])));
  const files = known.size === 0 ? [] : keyFiles(directory).map((file) => readFileSync(file));
  return new Keyring(...files.filter((bytes) => fingerprints(bytes).some((each) => known.has(each))));
}

function fingerprintOf(line: string): string | undefined {
  return /, key fingerprint: ([0-9a-f]{32,}): /.exec(line)?.[1];
}

function keyFiles(directory: string): string[] {
  const existing = keyDirectories.map((name) => join(directory, name)).find((path) => existsSync(path));
  return existing === undefined
    ? []
    : readdirSync(existing, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(?:asc|pub|gpg)$/.test(name))
        .sort()
        .map((name) => join(existing, name));
}

/** Files that are no certificates are part of such data: rpm's tests refuse them. */
function fingerprints(bytes: Buffer): readonly string[] {
  try {
    return new Keyring(bytes).certificates.map(({ fingerprint }) => fingerprint);
  } catch (error) {
    if (error instanceof SlipwayError) {
      return [];
    }
    throw error;
  }
}
