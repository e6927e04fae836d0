import { z } from 'zod';

/** A string that must say something. */
export function text(description: string) {
  return z.string().min(1).describe(description);
}

export const about = z.string().describe('What this is, for people.');

export function flag(description: string) {
  return z.boolean().describe(description);
}

export function textList(description: string) {
  return z.array(z.string().min(1)).describe(description);
}

/** Characters of a pattern: Linux paths are at most 4,096 bytes long. */
export const maxPatternLength = 4096;

export function globList(description: string) {
  return z.array(z.string().min(1).max(maxPatternLength)).describe(description);
}

/** A path; relative to the file that it is written in (overlays.md 1.5). */
export function filePath(description: string) {
  return z.string().min(1).refine(hasNoNul, 'a path cannot contain a NUL character').describe(description);
}

/** A path inside a directory that Slipway controls: no way out of it. */
export function innerPath(description: string) {
  return z
    .string()
    .min(1)
    .refine(staysInside, 'must be a relative path that stays inside its directory')
    .describe(description);
}

export function imagePath(description: string) {
  return z
    .string()
    .regex(/^\/(?:[^/\0]+(?:\/[^/\0]+)*)?$/, 'must be an absolute path without empty parts')
    .refine((path) => !path.split('/').some(isDots), 'must not contain "." or ".." parts')
    .describe(description);
}

export function httpUri(description: string) {
  return z.string().refine(isHttpUri, 'must be an absolute http or https URI').describe(description);
}

/** `none` means: do not publish. */
export function channel(description: string) {
  return z
    .string()
    .min(1)
    .refine((name) => !isDots(name) && !/[/\\]/.test(name), 'must not be "." or ".." or contain "/" or "\\"')
    .describe(description);
}

/** Name of a binary package: what RPM and Debian both accept. */
export function packageName(description: string) {
  return z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9+._:-]*$/, 'must be a package name (letters, digits, + . _ : -)')
    .describe(description);
}

export function sha256Text(description: string) {
  return z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits')
    .describe(description);
}

export const instant = z.iso
  .datetime({ offset: true, error: 'must be an RFC 3339 date and time with an offset, such as "2026-02-24T00:00:00Z"' })
  .describe('RFC 3339 date and time');

function isDots(part: string): boolean {
  return part === '.' || part === '..';
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
