import { SlipwayError } from '@slipway/core';
import { joinPath, parentPath } from './tree-path.ts';

/** Linux gives up after 40 (path_resolution(7)). */
const symlinkLimit = 40;

export interface PathResolution {
  /** Target of the symbolic link at a place that is resolved already; undefined for everything else. */
  readonly targetOf: (path: string) => string | undefined;
  /** Whether a link in the last component is followed too. */
  readonly followLast: boolean;
}

/**
 * Where `path` is after following the symbolic links of its directories, as path_resolution(7) has it; components that
 * do not exist are kept as they are. Throws `TREE_SYMLINK_LOOP`.
 */
export function resolvePath(path: string, { targetOf, followLast }: PathResolution): string {
  let budget = symlinkLimit;
  let done = '/';
  const todo = componentsOf(path);
  while (todo.length > 0) {
    const part = todo.shift() as string;
    if (part === '..') {
      done = parentPath(done);
      continue;
    }
    const next = joinPath(done, part);
    const target = todo.length === 0 && !followLast ? undefined : targetOf(next);
    if (target === undefined) {
      done = next;
      continue;
    }
    if (budget-- === 0) {
      throw new SlipwayError('TREE_SYMLINK_LOOP', `Cannot resolve ${path}: more than ${symlinkLimit} symbolic links`);
    }
    todo.unshift(...componentsOf(target));
    done = target.startsWith('/') ? '/' : done;
  }
  return done;
}

function componentsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}
