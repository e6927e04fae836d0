import { asDigest, type Digest, SlipwayError } from '@slipway/core';

/** The relation fields of deb-control(5) that the import carries over. */
export const relationFields = [
  'Pre-Depends',
  'Depends',
  'Recommends',
  'Suggests',
  'Enhances',
  'Breaks',
  'Conflicts',
  'Replaces',
  'Provides',
] as const;

export type RelationField = (typeof relationFields)[number];

/** One binary package of a signed Packages index; relation fields are kept as text. */
export interface ArchivePackage {
  readonly name: string;
  readonly version: string;
  /** `amd64`, `all`, … */
  readonly architecture: string;
  readonly sourceName: string;
  readonly sourceVersion: string;
  readonly section: string;
  readonly priority: string;
  readonly essential: boolean;
  /** `same`, `foreign`, `allowed` or empty. */
  readonly multiArch: string;
  readonly relations: Readonly<Partial<Record<RelationField, string>>>;
  /** Path below the archive's root. */
  readonly poolPath: string;
  readonly sizeBytes: number;
  readonly digest: Digest;
}

/**
 * Characters of one paragraph; the longest of Debian testing (librust-*) have about 60,000.
 */
const paragraphLimit = 4 << 20;
const wanted: ReadonlySet<string> = new Set([
  ...relationFields,
  ...['Package', 'Version', 'Architecture', 'Source', 'Section', 'Priority', 'Essential', 'Multi-Arch'],
  ...['Filename', 'Size', 'SHA256'],
]);

/**
 * Reads a Packages index (Debian's repository format, "Packages Indices") paragraph by paragraph.
 * Throws `UPSTREAM_BAD_INDEX`.
 */
export async function* readPackagesIndex(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<ArchivePackage> {
  for await (const paragraph of splitParagraphs(chunks)) {
    yield readRecord(indexFields(paragraph, wanted));
  }
}

/**
 * Cuts deb822 text at empty lines, without holding more than a chunk and a paragraph. Bytes become characters one to
 * one: what the index is read for is ASCII, and one-byte strings take half the time and memory.
 */
export async function* splitParagraphs(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    rest += Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
    let from = 0;
    for (let end = rest.indexOf('\n\n', from); end >= 0; end = rest.indexOf('\n\n', from)) {
      if (end > from) {
        yield rest.slice(from, end);
      }
      from = end + 2;
    }
    rest = rest.slice(from);
    if (rest.length > paragraphLimit) {
      throw new SlipwayError(
        'UPSTREAM_BAD_INDEX',
        `Cannot read the index: a paragraph exceeds ${paragraphLimit} bytes`,
      );
    }
  }
  if (rest.trim() !== '') {
    yield rest;
  }
}

/** The wanted fields of a paragraph, folded; quicker than a full parse of what nobody reads (70,000 paragraphs). */
export function indexFields(paragraph: string, names: ReadonlySet<string>): Map<string, string> {
  const fields = new Map<string, string>();
  let at = 0;
  while (at < paragraph.length) {
    let end = endOfLine(paragraph, at);
    const colon = paragraph.indexOf(':', at);
    const name = colon > at && colon < end ? paragraph.slice(at, colon) : '';
    while (paragraph[end + 1] === ' ' || paragraph[end + 1] === '\t') {
      end = endOfLine(paragraph, end + 1);
    }
    if (names.has(name)) {
      fields.set(name, paragraph.slice(colon + 1, end).trim());
    }
    at = end + 1;
  }
  return fields;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function readRecord(fields: ReadonlyMap<string, string>): ArchivePackage {
  const name = need(fields, 'Package', 'a package');
  const version = need(fields, 'Version', name);
  const [, sourceName = name, sourceVersion = version] =
    /^(\S+)(?:\s+\(([^)]+)\))?$/.exec(fields.get('Source') ?? '') ?? [];
  const relations: Partial<Record<RelationField, string>> = {};
  for (const field of relationFields) {
    const value = fields.get(field);
    if (value !== undefined && value !== '') {
      relations[field] = value.includes('\n') ? value.replace(/\s*\n\s*/g, ' ') : value;
    }
  }
  return {
    name,
    version,
    architecture: need(fields, 'Architecture', name),
    sourceName,
    sourceVersion,
    section: fields.get('Section') ?? '',
    priority: fields.get('Priority') ?? '',
    essential: fields.get('Essential') === 'yes',
    multiArch: fields.get('Multi-Arch') ?? '',
    relations,
    poolPath: poolPath(need(fields, 'Filename', name), name),
    sizeBytes: size(need(fields, 'Size', name), name),
    digest: indexDigest(need(fields, 'SHA256', name), name),
  };
}

function need(fields: ReadonlyMap<string, string>, field: string, name: string): string {
  const value = fields.get(field);
  if (value === undefined || value === '') {
    throw new SlipwayError('UPSTREAM_BAD_INDEX', `Cannot read the index: ${name} has no field ${field}`);
  }
  return value;
}

/** Relative, without `..`: it is appended to the archive's address. */
function poolPath(text: string, name: string): string {
  if (text.startsWith('/') || text.split('/').includes('..') || /[\0-\x20]/.test(text)) {
    throw new SlipwayError('UPSTREAM_BAD_INDEX', `Cannot read the index: ${name} has the file name ${text}`);
  }
  return text;
}

function size(text: string, name: string): number {
  if (!/^\d{1,15}$/.test(text)) {
    throw new SlipwayError('UPSTREAM_BAD_INDEX', `Cannot read the index: ${name} has the size ${text}`);
  }
  return Number(text);
}

function indexDigest(text: string, name: string): Digest {
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new SlipwayError('UPSTREAM_BAD_INDEX', `Cannot read the index: ${name} has no SHA-256`);
  }
  return asDigest(text);
}
