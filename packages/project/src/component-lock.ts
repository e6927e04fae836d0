import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  fileError,
  hasErrno,
  readTextIfPresentSync,
  SlipwayError,
  SlipwayErrors,
  writeFileAtomically,
} from '@slipway/core';
import type { Project } from './project.ts';
import { readConfig, strictReading } from './read-config.ts';
import { type ComponentLock, componentLock } from './schema/component-lock.ts';
import { parseTomlDocument } from './toml-document.ts';
import { tomlString } from './toml-string.ts';

export type { ComponentLock };

/** Bytes of a lock: some thousand fields of 100 bytes. */
const maxLockBytes = 4 << 20;

/** Where the lock of a component is. Throws `PROJECT_BAD_VALUE` for a name that is no file name. */
export function componentLockFile(project: Pick<Project, 'directories'>, component: string): string {
  return join(project.directories.lock, `${fileNameOf(component)}.lock`);
}

/** The component as the name of a file or directory. Throws `PROJECT_BAD_VALUE`. */
export function fileNameOf(component: string): string {
  if (/[/\0]/.test(component) || /^\.{0,2}$/.test(component)) {
    throw new SlipwayError('PROJECT_BAD_VALUE', `Cannot use ${JSON.stringify(component)}: it is no file name`, {
      hint: 'name the component after its package',
    });
  }
  return component;
}

/** Throws `SlipwayErrors` with the line of every mistake. */
export function parseComponentLock(file: string, bytes: Uint8Array): ComponentLock {
  try {
    const { config, errors } = readConfig(componentLock, parseTomlDocument(file, bytes, maxLockBytes), strictReading);
    if (config === undefined || errors.length > 0) {
      throw new SlipwayErrors(errors);
    }
    return config;
  } catch (failure) {
    throw failure instanceof SlipwayError ? new SlipwayErrors([failure]) : failure;
  }
}

/** The lock of a component; undefined when it has none. */
export async function loadComponentLock(
  project: Pick<Project, 'directories'>,
  component: string,
): Promise<ComponentLock | undefined> {
  const file = componentLockFile(project, component);
  const text = readTextIfPresentSync(file);
  return text === undefined ? undefined : parseComponentLock(file, Buffer.from(text));
}

export async function saveComponentLock(
  project: Pick<Project, 'directories'>,
  component: string,
  lock: ComponentLock,
): Promise<void> {
  await writeFileAtomically(componentLockFile(project, component), formatComponentLock(lock));
}

/** The names of the components that have a lock, those that the project does not define any more included; sorted. */
export async function listComponentLocks({ directories }: Pick<Project, 'directories'>): Promise<string[]> {
  const names = await readdir(directories.lock).catch((cause) => {
    if (hasErrno(cause, 'ENOENT')) {
      return [];
    }
    throw fileError('read', directories.lock, cause);
  });
  return names
    .filter((name) => /^[^.].*\.lock$/.test(name))
    .map((name) => name.slice(0, -'.lock'.length))
    .sort();
}

export async function removeComponentLock(project: Pick<Project, 'directories'>, component: string): Promise<void> {
  const file = componentLockFile(project, component);
  await rm(file, { force: true }).catch((cause) => Promise.reject(fileError('write', file, cause)));
}

/** The same text for the same lock; one line per value, so that a difference of two locks reads as what changed. */
export function formatComponentLock(lock: ComponentLock): string {
  const fields = Object.entries(lock.fields ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    '# Managed by slipway component update. Do not edit manually.',
    'version = 1',
    ...line('import-commit', lock.importCommit),
    ...line('upstream-commit', lock.upstreamCommit),
    ...(lock.manualBump ? [`manual-bump = ${lock.manualBump}`] : []),
    ...line('input-fingerprint', lock.inputFingerprint),
    ...line('resolution-input-hash', lock.resolutionInputHash),
    ...(fields.length === 0
      ? []
      : ['', '[fields]', ...fields.map(([key, value]) => `${tomlString(key)} = ${tomlString(value)}`)]),
    '',
  ].join('\n');
}

function line(key: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`${key} = ${tomlString(value)}`];
}
