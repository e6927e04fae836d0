import { type Chunks, readFileChunks, SlipwayError } from '@slipway/core';
import type { z } from 'zod';
import { comparePaths, parentPath } from '../tree-path.ts';
import { entrySchema, headerSchema, manifestVersion, markSchema } from './manifest-schema.ts';
import { readLines, type TextLine } from './text-lines.ts';
import type { EntryOrigin, ManifestEntry, ManifestHeader, TreeManifest } from './tree-manifest.ts';

/** Bytes: thousands of packages and scriptlets, and everything that was removed. */
const longestHeader = 64 << 20;
/** Bytes: a path and a target of 4 KiB, attributes of 64 KiB, and every package that shares a directory. */
const longestEntry = 1 << 20;
const mostEntries = 1 << 22;

/** As `readManifest`, from a file. Throws `CORE_FILE_ACCESS`. */
export function loadManifest(file: string): Promise<TreeManifest> {
  return readManifest(readFileChunks(file), file);
}

/**
 * Reads what `writeManifest` wrote, whoever has had it in between: entries are in order, every parent is a directory,
 * and every origin is a package or rule of the header. Throws `TREE_BAD_MANIFEST`, `TREE_MANIFEST_VERSION` or
 * `CORE_LIMIT`, with the line. `file` is for errors.
 */
export async function readManifest(chunks: Chunks, file: string): Promise<TreeManifest> {
  const longest = (line: number) => (line === 1 ? longestHeader : longestEntry);
  const entries: ManifestEntry[] = [];
  let reader: EntryReader | undefined;
  for await (const line of readLines(chunks, { file, longest })) {
    if (reader === undefined) {
      reader = new EntryReader(file, readHeader(line, file));
    } else {
      entries.push(reader.read(line));
    }
  }
  if (reader === undefined) {
    throw badManifest('it is empty', { file, line: 1 });
  }
  reader.finish(entries.length);
  return { header: reader.header, entries };
}

interface Place {
  readonly file: string;
  readonly line: number;
}

function readHeader({ text, number }: TextLine, file: string): ManifestHeader {
  const at = { file, line: number };
  const value = parseJson(text, at);
  const { version } = validated(markSchema, value, at);
  if (version !== manifestVersion) {
    throw new SlipwayError(
      'TREE_MANIFEST_VERSION',
      `Cannot read the manifest: it has version ${version} of its form, this program knows ${manifestVersion}`,
      { hint: 'build the image again with this version of Slipway', at },
    );
  }
  const { format: _, version: __, ...header } = value as Record<string, unknown>;
  const known = validated(headerSchema, header, at);
  if (known.entries > mostEntries) {
    throw new SlipwayError('CORE_LIMIT', `Cannot read the manifest: ${known.entries} entries are too many`, { at });
  }
  return known;
}

class EntryReader {
  readonly header: ManifestHeader;
  readonly #file: string;
  readonly #packages: ReadonlySet<string>;
  readonly #rules: ReadonlySet<string>;
  readonly #directories = new Set<string>();
  /** The last path with separators that come before every other character, as siblings before what follows them. */
  #last = '';
  #line = 1;

  constructor(file: string, header: ManifestHeader) {
    this.#file = file;
    this.header = header;
    this.#packages = new Set(header.packages.map(({ nevra }) => nevra));
    this.#rules = new Set(header.rules.map(({ name }) => name));
    for (const { from } of header.removals.flatMap(({ entries }) => entries)) {
      this.#checkOrigin(from);
    }
  }

  read({ text, number }: TextLine): ManifestEntry {
    this.#line = number;
    const entry = validated(entrySchema, parseJson(text, this.#at()), this.#at());
    this.#checkPlace(entry);
    [entry.from, ...(entry.replaced ?? [])].forEach((origin) => this.#checkOrigin(origin));
    (entry.adjusted ?? []).forEach((rule) => this.#checkOrigin({ rule }));
    return entry;
  }

  finish(count: number): void {
    if (count !== this.header.entries) {
      throw badManifest(`it has ${count} of ${this.header.entries} entries`, this.#at());
    }
  }

  #checkPlace({ path, type }: ManifestEntry): void {
    const ordered = path.replaceAll('/', '\0');
    if (path === '/' ? this.#last !== '' : comparePaths(this.#last, ordered) >= 0) {
      throw badManifest(`${path} is not in its place`, this.#at());
    }
    if (path !== '/' && !this.#directories.has(parentPath(path))) {
      throw badManifest(`${path} lies in no directory`, this.#at());
    }
    if (path === '/' && type !== 'directory') {
      throw badManifest('its root is no directory', this.#at());
    }
    if (type === 'directory') {
      this.#directories.add(path);
    }
    this.#last = ordered;
  }

  #checkOrigin(origin: EntryOrigin): void {
    const unknown =
      'rule' in origin
        ? [origin.rule].find((rule) => !this.#rules.has(rule))
        : origin.packages.find((nevra) => !this.#packages.has(nevra));
    if (unknown !== undefined) {
      throw badManifest(`nothing says what ${JSON.stringify(unknown.slice(0, 200))} is`, this.#at());
    }
  }

  #at(): Place {
    return { file: this.#file, line: this.#line };
  }
}

function parseJson(text: string, at: Place): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw badManifest('a line is not JSON', at, cause);
  }
}

function validated<T>(schema: z.ZodType<T>, value: unknown, at: Place): T {
  const { success, data, error } = schema.safeParse(value);
  if (success) {
    return data;
  }
  const [issue] = error.issues;
  const where = (issue?.path ?? []).slice(0, 4).map(String).join('.');
  throw badManifest(`${where === '' ? '' : `${where}: `}${issue?.message ?? 'it is malformed'}`, at);
}

function badManifest(what: string, at: Place, cause?: unknown): SlipwayError {
  return new SlipwayError('TREE_BAD_MANIFEST', `Cannot read the manifest: ${what}`, {
    ...{ hint: 'build the image again: slipway build writes it', at },
    ...(cause === undefined ? {} : { cause }),
  });
}
