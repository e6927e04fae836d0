import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { fileError, SlipwayError, type SourcePosition } from '@slipway/core';
import { parse, TomlError } from 'smol-toml';
import type { ConfigPath } from './project.ts';
import { readableParts } from './readable-parts.ts';
import { type TextPlace, TomlPositions, type WrittenLines } from './toml-positions.ts';

/** Bytes of one file; the largest of Azure Linux 4.0 has 984,347. */
const maxFileBytes = 16 << 20;

/** Tables and lists inside each other; the deepest of the format is 9. */
const maxDepth = 64;

/** Characters of a line that an error shows. */
const excerptWidth = 120;

/** A TOML file: its values, and on demand where each of them stands. */
export class TomlDocument {
  readonly file: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly #text: string;
  #positions: TomlPositions | undefined;
  #lineStarts: readonly number[] | undefined;

  constructor(file: string, text: string, value: Readonly<Record<string, unknown>>) {
    this.file = file;
    this.value = value;
    this.#text = text;
  }

  position(path: ConfigPath, part: 'key' | 'value' = 'key'): SourcePosition {
    this.#positions ??= new TomlPositions(this.#text);
    return { file: this.file, ...this.#positions.find(path, part) };
  }

  /** Undefined when nothing was written under this path. */
  lines(path: ConfigPath): WrittenLines | undefined {
    this.#positions ??= new TomlPositions(this.#text);
    return this.#positions.lines(path);
  }

  /** The line of a place with a caret below the column, for messages. */
  excerpt(place: TextPlace): string {
    this.#lineStarts ??= lineStarts(this.#text);
    return excerpt(this.#text, this.#lineStarts, place);
  }
}

/** Throws `PROJECT_SYNTAX`, `CORE_LIMIT` or `CORE_FILE_ACCESS`. */
export function loadTomlDocument(file: string): TomlDocument {
  return parseTomlDocument(file, readBounded(file));
}

/** Throws `PROJECT_SYNTAX`, or `CORE_LIMIT` for more than `maxBytes`. */
export function parseTomlDocument(file: string, bytes: Uint8Array, maxBytes = maxFileBytes): TomlDocument {
  if (bytes.length > maxBytes) {
    throw tooLarge(file, maxBytes);
  }
  return documentOf(file, decode(file, bytes));
}

/** What can be read of a file that may have mistakes. */
export interface PartialDocument {
  /** Undefined when nothing of the file can be read. */
  readonly document: TomlDocument | undefined;
  /** Undefined when the whole file was read. */
  readonly error?: SlipwayError;
  /** The text that was not read. */
  readonly unread?: string;
}

/** As `loadTomlDocument`, but what is wrong is a value, and the tables around a mistake of syntax are read. */
export function loadPartialDocument(file: string): PartialDocument {
  let bytes: Uint8Array | undefined;
  try {
    bytes = readBounded(file);
    return { document: parseTomlDocument(file, bytes) };
  } catch (error) {
    if (!(error instanceof SlipwayError)) {
      throw error;
    }
    if (bytes === undefined || error.code !== 'PROJECT_SYNTAX' || error.at?.line === undefined) {
      return { document: undefined, error };
    }
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    const { readable, unread } = readableParts(text, error.at.line, (part) => isDocument(file, part));
    return { document: documentOf(file, readable), error, unread };
  }
}

function isDocument(file: string, text: string): boolean {
  try {
    return documentOf(file, text) !== undefined;
  } catch (failure) {
    if (failure instanceof SlipwayError) {
      return false;
    }
    throw failure;
  }
}

function documentOf(file: string, text: string): TomlDocument {
  const value = parseText(file, text);
  checkShape(file, value);
  return new TomlDocument(file, text, value);
}

/**
 * Files are read without waiting: hundreds of small ones take a third of the time that way. A pipe or a device in
 * place of a file does not block.
 */
function readBounded(file: string): Uint8Array {
  try {
    const handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const status = fstatSync(handle);
      if (!status.isFile()) {
        throw new SlipwayError('CORE_FILE_ACCESS', `Cannot read ${file}: not a regular file`, { at: { file } });
      }
      if (status.size > maxFileBytes) {
        throw tooLarge(file, maxFileBytes);
      }
      return readFileSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch (cause) {
    throw fileError('read', file, cause);
  }
}

function tooLarge(file: string, maxBytes: number): SlipwayError {
  return new SlipwayError('CORE_LIMIT', `Cannot read ${file}: it is larger than ${maxBytes} bytes`, {
    hint: 'split the file and include the parts',
    at: { file },
  });
}

function decode(file: string, bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) {
    return buffer.toString('utf8');
  }
  let line = 1;
  let start = 0;
  for (
    let end = buffer.indexOf(10);
    end !== -1 && isUtf8(buffer.subarray(start, end));
    end = buffer.indexOf(10, start)
  ) {
    line++;
    start = end + 1;
  }
  throw syntaxError({ file, line }, 'the line is not UTF-8');
}

function parseText(file: string, text: string): Record<string, unknown> {
  try {
    return parse(text, { maxDepth });
  } catch (cause) {
    if (!(cause instanceof TomlError)) {
      throw syntaxError({ file }, cause instanceof Error ? cause.message : String(cause), { cause });
    }
    const place = { line: cause.line, column: cause.column };
    const reason = cause.message.replace(/^Invalid TOML document: /, '').replace(/\n[\s\S]*$/, '');
    throw syntaxError({ file, ...place }, reason, { excerpt: excerpt(text, lineStarts(text), place), cause });
  }
}

/** Table headers can nest without brackets, so the depth is counted on the values. */
function checkShape(file: string, value: object, depth = 1): void {
  if (depth > maxDepth) {
    throw new SlipwayError('CORE_LIMIT', `Cannot read ${file}: tables lie more than ${maxDepth} deep`, {
      at: { file },
    });
  }
  if (Object.hasOwn(value, '__proto__')) {
    throw syntaxError({ file }, 'the name __proto__ is not allowed');
  }
  for (const member of Array.isArray(value) ? value : Object.values(value)) {
    if (member !== null && typeof member === 'object') {
      checkShape(file, member as object, depth + 1);
    }
  }
}

function syntaxError(
  at: SourcePosition,
  reason: string,
  details: { readonly excerpt?: string; readonly cause?: unknown } = {},
): SlipwayError {
  return new SlipwayError('PROJECT_SYNTAX', `Cannot read ${at.file} as TOML: ${reason}`, {
    at,
    hint: 'look for a quote, comma or bracket that is missing here or on the lines above',
    ...(details.excerpt === undefined ? {} : { data: { excerpt: details.excerpt } }),
    cause: details.cause,
  });
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) {
    starts.push(end + 1);
  }
  return starts;
}

function excerpt(text: string, starts: readonly number[], place: TextPlace): string {
  const start = starts[place.line - 1];
  if (start === undefined) {
    return '';
  }
  const line = text.slice(start, starts[place.line] ?? text.length).replace(/\r?\n$/, '');
  const from = Math.max(0, place.column - 1 - excerptWidth / 2);
  const shown = line.slice(from, from + excerptWidth).replace(/\p{Cc}/gu, ' ');
  return `${shown}\n${' '.repeat(Math.min(place.column - 1 - from, shown.length))}^`;
}
