import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Machine } from './machine.ts';

const rootFiles = ['slipway.toml', 'azldev.toml'];

/** The reference distribution that comes with the program. */
export function referenceProject(machine: Machine): string {
  return join(machine.checkout, 'distros', 'slipway');
}

/**
 * Where the project is: the directory that was named, else the nearest one upwards from the current directory that
 * has a root file, else the reference distribution.
 */
export async function projectDirectory(machine: Machine, named: string | undefined): Promise<string> {
  if (named !== undefined) {
    return resolve(machine.directory, named);
  }
  for (let directory = resolve(machine.directory); ; directory = dirname(directory)) {
    if (await hasRootFile(directory)) {
      return directory;
    }
    if (directory === dirname(directory)) {
      return referenceProject(machine);
    }
  }
}

async function hasRootFile(directory: string): Promise<boolean> {
  const found = await Promise.all(
    rootFiles.map((name) =>
      access(join(directory, name)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}
