import { readTextIfPresent, SlipwayError, SlipwayErrors, writeFileAtomically } from '@slipway/core';
import { mistakeError } from './config-errors.ts';
import { readConfig, strictReading } from './read-config.ts';
import { type LockedPackage, type LockedSnapshot, lockFile } from './schema/lock-file.ts';
import { parseTomlDocument, type TomlDocument } from './toml-document.ts';
import { tomlString } from './toml-string.ts';

/**
 * The upstream packages that a project was built from, by name of the snapshot. `slipway.lock` is TOML with one line
 * per file of the archive, in order of name, architecture, version and origin, so that a difference of two locks is
 * the list of changed packages:
 *
 *     version = 1
 *
 *     [snapshots.debian]
 *     date = "2026-11-20T02:14:08Z"
 *     suite = "testing"
 *     packages = [
 *       { name = "less", version = "668-1", architecture = "amd64", size = 1042, sha256 = "…", origin = "pool/…" },
 *     ]
 */
export interface Lock {
  readonly snapshots: ReadonlyMap<string, LockedSnapshot>;
}

/** Bytes of a lock file: room for some 250,000 packages. */
const maxLockBytes = 64 << 20;

/** Reads `slipway.lock`; undefined when there is none. Throws `SlipwayErrors` with the line of every mistake. */
export async function loadLock(file: string): Promise<Lock | undefined> {
  const text = await readTextIfPresent(file);
  return text === undefined ? undefined : parseLock(file, Buffer.from(text));
}

/** Throws `SlipwayErrors`: `PROJECT_SYNTAX`, those of any project file, and `PROJECT_LOCK_SYNTAX` for the order. */
export function parseLock(file: string, bytes: Uint8Array): Lock {
  const document = readDocument(file, bytes);
  const { config, errors } = readConfig(lockFile, document, strictReading);
  if (config === undefined || errors.length > 0) {
    throw new SlipwayErrors(errors);
  }
  const disorder = Object.entries(config.snapshots).flatMap(([name, { packages }]) =>
    misplaced(name, packages, document),
  );
  if (disorder.length > 0) {
    throw new SlipwayErrors(disorder);
  }
  return { snapshots: new Map(Object.entries(config.snapshots)) };
}

function readDocument(file: string, bytes: Uint8Array): TomlDocument {
  try {
    return parseTomlDocument(file, bytes, maxLockBytes);
  } catch (failure) {
    throw failure instanceof SlipwayError ? new SlipwayErrors([failure]) : failure;
  }
}

function misplaced(snapshot: string, packages: readonly LockedPackage[], document: TomlDocument): SlipwayError[] {
  const errors: SlipwayError[] = [];
  for (let index = 1; index < packages.length; index++) {
    const order = compareLocked(packages[index - 1] as LockedPackage, packages[index] as LockedPackage);
    if (order >= 0) {
      const path = ['snapshots', snapshot, 'packages', index];
      const reason = order === 0 ? 'the package is listed twice' : 'the package is not in order';
      const hint = 'let slipway write the lock file again';
      errors.push(mistakeError({ code: 'PROJECT_LOCK_SYNTAX', path, part: 'value', reason, hint }, document));
    }
  }
  return errors;
}

/** The text of a lock: the same for the same packages, in whatever order they are given. */
export function formatLock(lock: Lock): string {
  const names = [...lock.snapshots.keys()].sort();
  const tables = names.map((name) => formatSnapshot(name, lock.snapshots.get(name) as LockedSnapshot));
  return [
    '# Written by slipway: the upstream packages of this project. Do not edit.',
    'version = 1',
    ...tables,
    '',
  ].join('\n');
}

/** Writes the lock file whole or not at all. */
export async function saveLock(file: string, lock: Lock): Promise<void> {
  await writeFileAtomically(file, formatLock(lock));
}

function formatSnapshot(name: string, { date, suite, metadataSha256, packages }: LockedSnapshot): string {
  return [
    '',
    `[snapshots.${/^[A-Za-z0-9_-]+$/.test(name) ? name : tomlString(name)}]`,
    `date = ${tomlString(date)}`,
    ...(suite === undefined ? [] : [`suite = ${tomlString(suite)}`]),
    ...(metadataSha256 === undefined ? [] : [`metadata-sha256 = ${tomlString(metadataSha256)}`]),
    'packages = [',
    ...[...packages].sort(compareLocked).map((entry) => `  { ${formatPackage(entry)} },`),
    ']',
  ].join('\n');
}

function formatPackage({ name, version, architecture, size, sha256, origin }: LockedPackage): string {
  return [
    `name = ${tomlString(name)}`,
    `version = ${tomlString(version)}`,
    `architecture = ${tomlString(architecture)}`,
    `size = ${size}`,
    `sha256 = ${tomlString(sha256)}`,
    `origin = ${tomlString(origin)}`,
  ].join(', ');
}

/** Order of UTF-16 units: the same on every machine. */
function compareLocked(a: LockedPackage, b: LockedPackage): number {
  for (const key of ['name', 'architecture', 'version', 'origin'] as const) {
    if (a[key] !== b[key]) {
      return a[key] < b[key] ? -1 : 1;
    }
  }
  return 0;
}
