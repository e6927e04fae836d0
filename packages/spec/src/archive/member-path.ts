import { SlipwayError } from '@slipway/core';
import { fromByteText } from '../byte-text.ts';

/** PATH_MAX of Linux: longer ones cannot be unpacked. */
const longestPath = 4096;
/** Of a hostile name in a message. */
const quotedCharacters = 200;

/** A name for messages: quoted, and bounded. */
export function quoteMember(path: string): string {
  const text = fromByteText(path.slice(0, quotedCharacters));
  return JSON.stringify(path.length > quotedCharacters ? `${text}…` : text);
}

/**
 * The stored name without `.` components and repeated slashes; empty for the archive's own directory. Throws
 * `SPEC_ARCHIVE_UNSAFE` for absolute names and for `..`, and `CORE_LIMIT`.
 */
export function memberPath(stored: string): string {
  if (stored === '') {
    throw unsafe('a member without a name', stored);
  }
  if (stored.startsWith('/')) {
    throw unsafe(`the absolute name ${quoteMember(stored)}`, stored);
  }
  if (stored.length > longestPath) {
    throw new SlipwayError('CORE_LIMIT', `the name ${quoteMember(stored)} has more than ${longestPath} bytes`);
  }
  const parts = stored.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) {
    throw unsafe(`the name ${quoteMember(stored)}, which leads out of it or back`, stored);
  }
  return parts.join('/');
}

/**
 * Checks where a symbolic link at `path` points, by its text alone: links on the way are not followed. Throws
 * `SPEC_ARCHIVE_UNSAFE` for absolute targets and for targets outside of the archive.
 */
export function checkLinkTarget(path: string, target: string): void {
  if (target === '' || target.length > longestPath) {
    throw unsafe(`the link ${quoteMember(path)} without a usable target`, path);
  }
  let depth = path.split('/').length - 1;
  let leaves = target.startsWith('/');
  for (const part of target.split('/')) {
    depth += part === '..' ? -1 : part === '' || part === '.' ? 0 : 1;
    leaves ||= depth < 0;
  }
  if (leaves) {
    throw unsafe(`the link ${quoteMember(path)} to ${quoteMember(target)}, which is outside of it`, path);
  }
}

function unsafe(what: string, path: string): SlipwayError {
  return new SlipwayError('SPEC_ARCHIVE_UNSAFE', `it has ${what}`, {
    hint: 'check where the archive comes from: upstream has no reason to write such a member',
    data: { member: quoteMember(path) },
  });
}
