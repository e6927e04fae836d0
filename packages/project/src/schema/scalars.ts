import { relative, resolve } from 'node:path';
import { list } from '../definition/collection-kinds.ts';
import { boolean, converted, string } from '../definition/scalar-kinds.ts';
import { absoluteGlob } from '../glob.ts';

/** A string that must say something. */
export function text(description: string) {
  return string({ minLength: 1 }).describe(description);
}

export const about = string().describe('What this is, for people.');

export function flag(description: string) {
  return boolean().describe(description);
}

export function textList(description: string) {
  return list(string({ minLength: 1 })).describe(description);
}

/** Characters of a pattern: Linux paths are at most 4,096 bytes long. */
export const maxPatternLength = 4096;

const glob = converted(
  string({ minLength: 1, maxLength: maxPatternLength }),
  (pattern, reading) => absoluteGlob(reading.options.directory, pattern),
  (pattern, directory) => relative(directory, pattern),
);

/** Patterns relative to the file that they are written in; the program has them absolute. */
export function globList(description: string) {
  return list(glob).describe(description);
}

const pathText = string({
  minLength: 1,
  mistake: (path) => (hasNoNul(path) ? undefined : 'a path cannot contain a NUL character'),
});

/** A path relative to the file that it is written in (overlays.md 1.5); the program has it absolute. */
export function filePath(description: string) {
  return converted(
    pathText,
    (path, reading) => resolve(reading.options.directory, path),
    (path, directory) => relative(directory, path) || '.',
  ).describe(description);
}

/** A path as above, or a URI, which stays as it is. */
export function filePathOrUri(description: string) {
  return converted(
    pathText,
    (path, reading) => (isUri(path) ? path : resolve(reading.options.directory, path)),
    (path, directory) => (isUri(path) ? path : relative(directory, path) || '.'),
  ).describe(description);
}

/** A path inside a directory that Slipway controls: no way out of it. */
export function innerPath(description: string) {
  return string({
    minLength: 1,
    mistake: (path) => (staysInside(path) ? undefined : 'must be a relative path that stays inside its directory'),
  }).describe(description);
}

export function imagePath(description: string) {
  return string({
    pattern: /^\/(?:[^/\x00]+(?:\/[^/\x00]+)*)?$/,
    must: 'must be an absolute path without empty parts',
    mistake: (path) => (path.split('/').some(isDots) ? 'must not contain "." or ".." parts' : undefined),
  }).describe(description);
}

export function httpUri(description: string) {
  return string({
    mistake: (uri) => (isHttpUri(uri) ? undefined : 'must be an absolute http or https URI'),
  }).describe(description);
}

/** `none` means: do not publish. */
export function channel(description: string) {
  return string({
    minLength: 1,
    mistake: (name) =>
      isDots(name) || /[/\\]/.test(name) ? 'must not be "." or ".." or contain "/" or "\\"' : undefined,
  }).describe(description);
}

/** Name of a binary package: what RPM and Debian both accept. */
export function packageName(description: string) {
  return string({
    pattern: /^[A-Za-z0-9][A-Za-z0-9+._:-]*$/,
    must: 'must be a package name (letters, digits, + . _ : -)',
  }).describe(description);
}

export function sha256Text(description: string) {
  return string({ pattern: /^[0-9a-f]{64}$/, must: 'must be 64 lower-case hexadecimal digits' }).describe(description);
}

/** RFC 3339, section 5.6. */
export const instant = string({
  format: 'date-time',
  pattern: /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/,
  must: instantForm('with an offset'),
  mistake: (value) => (isDay(value) ? undefined : instantForm('that exists')),
}).describe('RFC 3339 date and time');

export const utcInstant = string({
  format: 'date-time',
  pattern: /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?Z$/,
  must: instantForm('in UTC'),
  mistake: (value) => (isDay(value) ? undefined : instantForm('that exists')),
});

export const day = string({
  format: 'date',
  pattern: /^\d{4}-\d\d-\d\d$/,
  must: 'must be a date such as "2029-06-30"',
  mistake: (value) => (isDay(value) ? undefined : 'must be a date that exists'),
});

function instantForm(which: string): string {
  return `must be an RFC 3339 date and time ${which}, such as "2026-02-24T00:00:00Z"`;
}

/** Whether the calendar has the date that a text begins with: JavaScript turns 30 February into 2 March. */
function isDay(value: string): boolean {
  const [year = 0, month = 0, date = 0] = value.slice(0, 10).split('-').map(Number);
  const found = new Date(Date.UTC(year, month - 1, date));
  return found.getUTCMonth() === month - 1 && found.getUTCDate() === date;
}

function isDots(part: string): boolean {
  return part === '.' || part === '..';
}

function isUri(path: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(path);
}

function hasNoNul(path: string): boolean {
  return !path.includes('\0');
}

function staysInside(path: string): boolean {
  return hasNoNul(path) && !path.startsWith('/') && !path.split('/').includes('..');
}

function isHttpUri(value: string): boolean {
  return /^https?:\/\//i.test(value) && URL.canParse(value.replaceAll('$', '_'));
}
