import { lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileError, hasErrno, SlipwayError } from '@slipway/core';

/** Linux's limit for the links in one path (MAXSYMLINKS). */
const maxLinks = 40;

/**
 * The path outside of what a path means inside a root: links are followed as a process in it would see them, so that
 * neither absolute ones nor `..` lead out of it. Undefined when something of the path is not there. Throws `CORE_LIMIT`
 * for more links than Linux follows, `CORE_FILE_ACCESS`.
 */
export function resolveInRoot(root: string, path: string): string | undefined {
  const waiting = namesOf(path).reverse();
  const place: string[] = [];
  for (let links = 0; ; ) {
    const name = waiting.pop();
    if (name === undefined) {
      return join(root, ...place);
    }
    if (name === '..') {
      place.pop();
      continue;
    }
    const link = readLink(join(root, ...place, name));
    if (link === undefined) {
      return undefined;
    }
    if (link === '') {
      place.push(name);
      continue;
    }
    if (++links > maxLinks) {
      throw new SlipwayError('CORE_LIMIT', `Cannot find ${path} in ${root}: more than ${maxLinks} symbolic links`);
    }
    if (link.startsWith('/')) {
      place.length = 0;
    }
    waiting.push(...namesOf(link).reverse());
  }
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

/** The target of a link, empty for anything else, undefined for what is not there. */
function readLink(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : '';
  } catch (cause) {
    if (hasErrno(cause, 'ENOENT', 'ENOTDIR')) {
      return undefined;
    }
    throw fileError('read', path, cause);
  }
}
