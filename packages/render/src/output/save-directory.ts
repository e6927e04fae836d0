import { mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import { fileError, hasErrno, replaceAtomically, SlipwayError } from '@slipway/core';
import { replaceDirectory } from './replace-directory.ts';

export interface SaveOptions {
  /** Replaces a directory that has something in it. */
  readonly force: boolean;
  /** A directory that is never replaced, nor one around it: that of the project. */
  readonly keep: string;
}

/**
 * Makes a directory of what `fill` writes, whole or not at all. One that is there already must be empty, or `force` must
 * be set. Throws `RENDER_OUTPUT_EXISTS` before anything is done, `CORE_FILE_ACCESS`, and what `fill` throws.
 */
export async function saveDirectory<T>(
  path: string,
  options: SaveOptions,
  fill: (directory: string) => Promise<T>,
): Promise<T> {
  const target = await replaceable(path, options);
  if (options.force) {
    return replaceDirectory(target, fill);
  }
  let result: { readonly value: T } | undefined;
  await replaceAtomically(target, async (directory) => {
    await mkdir(directory);
    result = { value: await fill(directory) };
  });
  return (result as { readonly value: T }).value;
}

/** Where to write: behind symbolic links, so that they stay. */
async function replaceable(path: string, { force, keep }: SaveOptions): Promise<string> {
  const target = await realpath(path).catch((cause) => {
    if (hasErrno(cause, 'ENOENT')) {
      return undefined;
    }
    throw fileError('write', path, cause);
  });
  if (target === undefined) {
    return path;
  }
  if (!(await stat(target)).isDirectory()) {
    throw exists(path, 'it is a file', 'name a directory');
  }
  const isEmpty = (await readdir(target)).length === 0;
  if (!isEmpty && !force) {
    throw exists(path, 'it is not empty', 'name another directory, or replace everything in this one with --force');
  }
  if (!isEmpty && isInside(await realpath(keep), target)) {
    throw exists(path, 'the project is in it', 'name another directory');
  }
  return target;
}

function isInside(inner: string, outer: string): boolean {
  const way = relative(outer, inner);
  return way === '' || !(way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way));
}

function exists(path: string, reason: string, hint: string): SlipwayError {
  return new SlipwayError('RENDER_OUTPUT_EXISTS', `Cannot write into ${path}: ${reason}`, { hint, at: { file: path } });
}
