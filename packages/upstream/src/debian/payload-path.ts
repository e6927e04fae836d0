import { SlipwayError } from '@slipway/core';

/** Directories that are symbolic links into /usr on a merged system (base-files has the links). */
const mergedDirectories = /^\/(bin|sbin|lib|lib32|lib64|libo32|libx32)(?=\/|$)/;
/** Linux PATH_MAX and NAME_MAX. */
const pathLimitBytes = 4095;
const nameLimitBytes = 255;

/**
 * The place of a payload path in the image: absolute, normalised, `/bin/x` as `/usr/bin/x`. `/` for the archive's
 * root entry. A top-level symbolic link (`/bin` itself) stays. Throws `UPSTREAM_BAD_PACKAGE`.
 */
export function payloadPath(stored: string, isSymlink: boolean): string {
  const parts = stored.split('/').filter((part) => part !== '' && part !== '.');
  const path = `/${parts.join('/')}`;
  const bad =
    parts.includes('..') ||
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they cannot stand in spec files and rpm-md
    /[\0-\x1f\x7f]/.test(path) ||
    Buffer.byteLength(path) > pathLimitBytes ||
    parts.some((part) => Buffer.byteLength(part) > nameLimitBytes);
  if (bad) {
    throw new SlipwayError('UPSTREAM_BAD_PACKAGE', `Cannot import the path ${JSON.stringify(stored.slice(0, 300))}`, {
      hint: 'a path of a package has no "..", no control characters and at most 4095 bytes',
    });
  }
  const merged = mergedDirectories.exec(path);
  return merged === null || (isSymlink && merged[0] === path) ? path : `/usr${path}`;
}
