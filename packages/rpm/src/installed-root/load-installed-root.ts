import { readFileSync, statSync } from 'node:fs';
import { fileError, SlipwayError } from '@slipway/core';
import { databaseFileNames, isRegularFile } from '../database/database-format.ts';
import { type InstalledKey, readInstalledKey } from '../database/installed-key.ts';
import { readRpmDatabase } from '../database/read-database.ts';
import { formatNevra } from '../nevra.ts';
import { parseSystemState } from '../system-state/parse-system-state.ts';
import {
  type InstallReason,
  reasonLookup,
  type SystemState,
  systemStateDirectory,
} from '../system-state/system-state.ts';
import { resolveInRoot } from './resolve-in-root.ts';
import { type Solvable, solvableOf } from './solvable.ts';

/** Where distributions have rpm's database; the first that is there is taken. */
const databaseDirectories: readonly string[] = ['usr/lib/sysimage/rpm', 'var/lib/rpm'];
const stateFiles: readonly string[] = ['packages', 'nevras', 'groups', 'environments', 'system'];
const maxStateBytes = 64 * 1024 * 1024;

/** The name that dnf gives to what is installed. */
export const systemRepository = '@System';

/** An installed package as a solver wants it. */
export interface InstalledSolvable extends Solvable {
  /** `@System:` and rpm's number of the package: unique. */
  readonly id: string;
  readonly repository: string;
  readonly reason: InstallReason;
  /** The repository that dnf5 got it from, if it did. */
  readonly fromRepository: string | undefined;
}

export interface InstalledRoot {
  /** The database file as this machine sees it. */
  readonly databasePath: string;
  /** In order of rpm's numbers. */
  readonly packages: readonly InstalledSolvable[];
  /** Certificates whose signatures rpm trusts. */
  readonly keys: readonly InstalledKey[];
  readonly state: SystemState;
}

/**
 * What is installed in a root: the packages of its rpm database, and why they are there, from dnf5's system state.
 * Undefined when it has no database. Links in the root do not lead out of it, and nothing in it is changed. Packages
 * whose headers rpm skips are there as well, as they are for dnf5. Throws as `readRpmDatabase` and `parseSystemState` do.
 */
export function loadInstalledRoot(root: string): InstalledRoot | undefined {
  const databasePath = databaseIn(root);
  if (databasePath === undefined) {
    return undefined;
  }
  const state = parseSystemState(loadStateFiles(root));
  const reasonOf = reasonLookup(state);
  const packages: InstalledSolvable[] = [];
  const keys: InstalledKey[] = [];
  for (const { hnum, header } of readRpmDatabase(databasePath)) {
    const key = readInstalledKey(header);
    if (key !== undefined) {
      keys.push(key);
      continue;
    }
    const solvable = solvableOf(header);
    packages.push({
      ...solvable,
      id: `${systemRepository}:${hnum}`,
      repository: systemRepository,
      reason: reasonOf(solvable),
      fromRepository: state.repositories.get(formatNevra(solvable)),
    });
  }
  return { databasePath, packages, keys, state };
}

function databaseIn(root: string): string | undefined {
  for (const directory of databaseDirectories) {
    for (const name of databaseFileNames) {
      const path = resolveInRoot(root, `${directory}/${name}`);
      if (path !== undefined && isRegularFile(path)) {
        return path;
      }
    }
  }
  return undefined;
}

function loadStateFiles(root: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const name of stateFiles.map((name) => `${name}.toml`)) {
    const path = resolveInRoot(root, `${systemStateDirectory}/${name}`);
    if (path !== undefined) {
      files.set(name, loadText(path));
    }
  }
  return files;
}

function loadText(path: string): string {
  try {
    const status = statSync(path);
    if (!status.isFile() || status.size > maxStateBytes) {
      throw new SlipwayError('CORE_LIMIT', `Cannot read ${path}: it is no file of at most ${maxStateBytes} bytes`);
    }
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw fileError('read', path, cause);
  }
}
