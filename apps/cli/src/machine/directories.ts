import { join, resolve } from 'node:path';
import type { Machine } from './machine.ts';

/** Safe to delete: `SLIPWAY_CACHE`, else `slipway` in the user's cache directory (XDG Base Directory Specification). */
export function cacheDirectory(machine: Machine): string {
  return chosen(machine, 'SLIPWAY_CACHE', 'XDG_CACHE_HOME', '.cache');
}

/** Keys: `SLIPWAY_STATE`, else `slipway` in the user's state directory. */
export function stateDirectory(machine: Machine): string {
  return chosen(machine, 'SLIPWAY_STATE', 'XDG_STATE_HOME', '.local/state');
}

/** The specification: a base directory that is empty or not absolute counts as unset. */
function chosen({ env, home, directory }: Machine, own: string, base: string, fallback: string): string {
  const explicit = env[own];
  if (explicit !== undefined && explicit !== '') {
    return resolve(directory, explicit);
  }
  const xdg = env[base];
  return join(xdg?.startsWith('/') ? xdg : join(home, fallback), 'slipway');
}
