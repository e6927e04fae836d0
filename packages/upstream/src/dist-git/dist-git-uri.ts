import { SlipwayError } from '@slipway/core';

/** What a lookaside cache names a file by; the hash is lower-case hexadecimal. */
export interface LookasideFile {
  readonly pkg: string;
  readonly filename: string;
  readonly hashType: string;
  readonly hash: string;
}

/**
 * The address of a package's dist-git repository: `$pkg` of the base address filled. Values in URLs are escaped, in
 * plain paths they stand as they are. Throws `UPSTREAM_BAD_ADDRESS`.
 */
export function distGitUri(base: string, name: string): string {
  return fill(base, { pkg: name });
}

/**
 * The address of a source file: `$pkg`, `$filename`, `$hashtype` (lower case) and `$hash` of the template filled
 * (overlays.md 1.6). Throws `UPSTREAM_BAD_ADDRESS`.
 */
export function lookasideUri(template: string, { pkg, filename, hashType, hash }: LookasideFile): string {
  return fill(template, { pkg, filename, hashtype: hashType.toLowerCase(), hash });
}

function fill(template: string, values: Readonly<Record<string, string>>): string {
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(template);
  return template.replace(/\$(pkg|filename|hashtype|hash)/g, (variable, name: string) => {
    const value = values[name];
    if (value === undefined) {
      return variable;
    }
    checkPart(value);
    return isUrl ? encodeURIComponent(value) : value;
  });
}

/** A value may not lead to another directory of the server. */
function checkPart(value: string): void {
  if (value === '' || value === '.' || value === '..' || /[/\\\p{Cc}]/u.test(value) || !value.isWellFormed()) {
    throw new SlipwayError('UPSTREAM_BAD_ADDRESS', `Cannot make an address with ${JSON.stringify(value)}`, {
      hint: 'names of packages and files are one path element without control characters',
    });
  }
}
