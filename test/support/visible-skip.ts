import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const inContinuousIntegration = process.env.CI === 'true' && process.getuid?.() === 0;

/** The reason as it is, for `skip`; in continuous integration, where every judge can be installed, a failure. */
export function visibleSkip(reason: string | false): string | false {
  if (reason !== false && inContinuousIntegration) {
    throw new Error(`nothing may be skipped in continuous integration: ${reason}`);
  }
  return reason;
}

/** Which of the programs are not installed, in words, or false. */
export function missingPrograms(...programs: readonly string[]): string | false {
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  const missing = programs.filter((name) => !directories.some((directory) => existsSync(join(directory, name))));
  return missing.length > 0 && `not installed: ${missing.join(', ')}`;
}

export function unlessRoot(why: string): string | false {
  return process.getuid?.() !== 0 && `needs root: ${why}`;
}
