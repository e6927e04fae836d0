import { type Digest, isDigest, SlipwayError } from '@slipway/core';

export interface Checksum {
  readonly name: string;
  readonly sha256: Digest;
}

/** Characters of a whole list; a release of 100,000 files needs 10 million. */
const maxListLength = 1 << 26;

/**
 * The text of a SHA256SUMS file, as `sha256sum` of GNU coreutils writes and checks it, sorted by the bytes of the names
 * (`LC_ALL=C sort -k 2`). A line whose name has a backslash, line feed or carriage return begins with a backslash and
 * has them escaped. Throws `RELEASE_BAD_FILE_NAME`.
 */
export function formatChecksums(files: readonly Checksum[]): string {
  const names = new Set<string>();
  for (const { name } of files) {
    if (name === '' || name.includes('\0') || names.has(name)) {
      throw new SlipwayError(
        'RELEASE_BAD_FILE_NAME',
        `Cannot list the checksum of ${JSON.stringify(name.slice(0, 200))}: the name is empty, has NUL or occurs twice`,
      );
    }
    names.add(name);
  }
  const sorted = files.toSorted((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  return sorted.map(formatLine).join('');
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r' };
const unescapes: Readonly<Record<string, string>> = { '\\': '\\', n: '\n', r: '\r' };

function formatLine({ name, sha256 }: Checksum): string {
  const escaped = name.replace(/[\\\n\r]/g, (character) => escapes[character] as string);
  return `${escaped === name ? '' : '\\'}${sha256}  ${escaped}\n`;
}

/**
 * Reads the text of a SHA256SUMS file in the order of its lines; text (`  `) and binary (` *`) marks mean the same.
 * Throws `RELEASE_BAD_CHECKSUMS` with the line.
 */
export function parseChecksums(text: string, file = 'SHA256SUMS'): Checksum[] {
  if (text.length > maxListLength) {
    throw new SlipwayError(
      'RELEASE_BAD_CHECKSUMS',
      `Cannot read ${file}: it is longer than ${maxListLength} characters`,
    );
  }
  const lines = text.split('\n');
  const complete = lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  const names = new Set<string>();
  return complete.map((line, index) => {
    const checksum = parseLine(line);
    if (checksum === undefined || names.has(checksum.name)) {
      const problem = checksum === undefined ? 'it is not "SHA-256, two spaces, name"' : 'the name occurs twice';
      throw new SlipwayError('RELEASE_BAD_CHECKSUMS', `Cannot read a line of ${file}: ${problem}`, {
        at: { file, line: index + 1 },
        hint: 'make the list again with sha256sum',
      });
    }
    names.add(checksum.name);
    return checksum;
  });
}

function parseLine(line: string): Checksum | undefined {
  const [, mark, digest = '', written = ''] = /^(\\?)([0-9a-f]{64}) [ *]([^\0\r]+)$/.exec(line) ?? [];
  if (!isDigest(digest)) {
    return undefined;
  }
  if (mark === '') {
    return written.includes('\\') ? undefined : { name: written, sha256: digest };
  }
  return /^(?:[^\\]|\\[\\nr])+$/.test(written)
    ? { name: written.replace(/\\(.)/g, (_, letter: string) => unescapes[letter] as string), sha256: digest }
    : undefined;
}
