import { plural, SlipwayError } from '@slipway/core';
import { type HashType, hashTypeOf, isHash } from './hash-type.ts';

/** A file of a package that is not in dist-git, with the hash to find and verify it by. */
export interface SourcesEntry {
  /** One path element. */
  readonly filename: string;
  readonly hashType: HashType;
  /** Lower-case hexadecimal. */
  readonly hash: string;
}

/** A line of a `sources` file; blank lines and comments have no entry. */
export interface SourcesLine {
  /** As it was read, with its line end. */
  readonly text: string;
  readonly entry?: SourcesEntry;
}

const sizeLimit = 4 << 20;

/**
 * Reads the `sources` file of a dist-git commit: `SHA512 (file) = hash`, or `md5  file` of older ones (overlays.md 3.2).
 * `file` names it in messages. Throws `UPSTREAM_BAD_SOURCES` with the line.
 */
export function parseSources(text: string, file = 'sources'): SourcesLine[] {
  if (text.length > sizeLimit) {
    throw badSources('it is too large', { file });
  }
  const firstLines = new Map<string, number>();
  return splitLines(text).map((raw, index) => {
    const line = index + 1;
    const content = raw.trim();
    if (content === '' || content.startsWith('#')) {
      return { text: raw };
    }
    const entry = parseEntry(content, { file, line });
    const first = firstLines.get(entry.filename);
    if (first !== undefined) {
      throw badSources(`${entry.filename} is named twice, first in line ${first}`, { file, line });
    }
    firstLines.set(entry.filename, line);
    return { text: raw, entry };
  });
}

/** The text of a `sources` file: what was read comes out byte for byte. */
export function formatSources(lines: readonly SourcesLine[]): string {
  const lineEnd = lineEndOf(lines);
  const isCut = ({ text }: SourcesLine, index: number) => index < lines.length - 1 && !text.endsWith('\n');
  return lines.map((line, index) => (isCut(line, index) ? line.text + lineEnd : line.text)).join('');
}

/** A line in the present form. */
export function sourcesLine(entry: SourcesEntry, lineEnd = '\n'): SourcesLine {
  return { text: `${entry.hashType} (${entry.filename}) = ${entry.hash}${lineEnd}`, entry };
}

/** How the lines of a file end, so that new ones end alike. */
export function lineEndOf(lines: readonly SourcesLine[]): string {
  return lines.some(({ text }) => text.endsWith('\r\n')) ? '\r\n' : '\n';
}

interface Place {
  readonly file: string;
  readonly line?: number;
}

function parseEntry(content: string, place: Place): SourcesEntry {
  const [open, close] = [content.indexOf(' ('), content.lastIndexOf(') = ')];
  const [filename, typeName, hash] =
    open > 0 && close > open
      ? [content.slice(open + 2, close), content.slice(0, open), content.slice(close + ') = '.length)]
      : legacyParts(content);
  const hashType = hashTypeOf(typeName);
  if (hashType === undefined) {
    throw badSources(`it is neither "SHA512 (file) = hash" nor "md5  file"`, place);
  }
  if (!isHash(hashType, hash)) {
    throw badSources(`${hash.slice(0, 140)} is no ${hashType} of ${filename.slice(0, 200)}`, place);
  }
  checkFilename(filename, place);
  return { filename, hashType, hash: hash.toLowerCase() };
}

/** As md5sum(1) writes it: the hash, a blank, a blank or an asterisk, the name. */
function legacyParts(content: string): readonly [string, string, string] {
  const space = content.search(/[ \t]/);
  const hash = content.slice(0, Math.max(space, 0));
  const filename = content.slice(hash.length).trimStart().replace(/^\*/, '');
  return [filename, isHash('MD5', hash) ? 'MD5' : '', hash];
}

function checkFilename(filename: string, place: Place): void {
  const fault = filenameFault(filename);
  if (fault !== undefined) {
    throw badSources(fault, place);
  }
}

/** What is wrong with the name of a source file: it is one path element, as file systems take it. */
export function filenameFault(filename: string): string | undefined {
  if (filename === '' || filename === '.' || filename === '..' || /[/\\\p{Cc}]/u.test(filename)) {
    return `${JSON.stringify(filename.slice(0, 200))} is no name of a file`;
  }
  const bytes = Buffer.byteLength(filename);
  return bytes > 255 ? `a name has ${plural(bytes, 'byte')}` : undefined;
}

/** With their ends; the last one may have none. */
function splitLines(text: string): string[] {
  const lines: string[] = [];
  for (let position = 0; position < text.length; ) {
    const end = text.indexOf('\n', position);
    const next = end < 0 ? text.length : end + 1;
    lines.push(text.slice(position, next));
    position = next;
  }
  return lines;
}

function badSources(reason: string, at: Place): SlipwayError {
  return new SlipwayError('UPSTREAM_BAD_SOURCES', `Cannot read ${at.file}: ${reason}`, {
    at,
    hint: 'every line is "SHA512 (file) = hash" and names another file',
  });
}
