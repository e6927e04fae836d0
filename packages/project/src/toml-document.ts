import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { fileError, SlipwayError, type SourcePosition } from '@slipway/core';
import { parse, TomlError } from 'smol-toml';
import type { ConfigPath } from './project.ts';
import { type TextPlace, TomlPositions } from './toml-positions.ts';

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

  constructor(file: string, text: string, value: Readonly<Record<string, unknown>>) {
    this.file = file;
    this.value = value;
    this.#text = text;
  }

  position(path: ConfigPath, part: 'key' | 'value' = 'key'): SourcePosition {
    this.#positions ??= new TomlPositions(this.#text);
    return { file: this.file, ...this.#positions.find(path, part) };
  }

  /** The line of a place with a caret below the column, for messages. */
  excerpt(place: TextPlace): string {
    return excerpt(this.#text, place);
  }
}

/** Throws `PROJECT_SYNTAX`, `CORE_LIMIT` or `CORE_FILE_ACCESS`. */
export async function loadTomlDocument(file: string): Promise<TomlDocument> {
  return parseTomlDocument(file, await readBounded(file));
}

/** Throws `PROJECT_SYNTAX`, or `CORE_LIMIT` for more than `maxBytes`. */
export function parseTomlDocument(file: string, bytes: Uint8Array, maxBytes = maxFileBytes): TomlDocument {
  if (bytes.length > maxBytes) {
    throw tooLarge(file, maxBytes);
  }
  const text = decode(file, bytes);
  const value = parseText(file, text);
  checkShape(file, value);
  return new TomlDocument(file, text, value);
}

async function readBounded(file: string): Promise<Uint8Array> {
  try {
    const handle = await open(file);
    try {
      const status = await handle.stat();
      if (!status.isFile()) {
        throw new SlipwayError('CORE_FILE_ACCESS', `Cannot read ${file}: not a regular file`, { at: { file } });
      }
      if (status.size > maxFileBytes) {
        throw tooLarge(file, maxFileBytes);
      }
      return await handle.readFile();
    } finally {
      await handle.close();
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
    throw syntaxError({ file, ...place }, reason, { excerpt: excerpt(text, place), cause });
  }
}

/** Table headers can nest without brackets, so the depth is counted on the values. */
function checkShape(file: string, root: Record<string, unknown>): void {
  const open: { readonly value: object; readonly depth: number }[] = [{ value: root, depth: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.depth > maxDepth) {
      throw new SlipwayError('CORE_LIMIT', `Cannot read ${file}: tables lie more than ${maxDepth} deep`, {
        at: { file },
      });
    }
    for (const [key, value] of Object.entries(next.value)) {
      if (key === '__proto__') {
        throw syntaxError({ file }, 'the name __proto__ is not allowed');
      }
      if (value !== null && typeof value === 'object') {
        open.push({ value, depth: next.depth + 1 });
      }
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

function excerpt(text: string, place: TextPlace): string {
  let start = 0;
  for (let line = 1; line < place.line; line++) {
    const end = text.indexOf('\n', start);
    if (end === -1) {
      return '';
    }
    start = end + 1;
  }
  const end = text.indexOf('\n', start);
  const line = text.slice(start, end === -1 ? text.length : end).replace(/\r$/, '');
  const from = Math.max(0, place.column - 1 - excerptWidth / 2);
  const shown = line.slice(from, from + excerptWidth).replace(/\p{Cc}/gu, ' ');
  return `${shown}\n${' '.repeat(Math.min(place.column - 1 - from, shown.length))}^`;
}
