import { SlipwayError } from '@slipway/core';
import type { ConfigFile } from '../accounts.ts';

/** One property of a record of an hwdb.d file; texts are byte strings (one `latin1` character is one byte). */
export interface HardwareProperty {
  /** The globs of modalias strings that it is for. */
  readonly matches: readonly string[];
  /** Begins with the blank of its indentation, as the database keeps it. */
  readonly key: string;
  readonly value: string;
  /** 1-based. */
  readonly line: number;
}

/** Bytes; the longest in practice have about 200. Bounds the depth of the tree that is made of them. */
const longestMatch = 4096;

/**
 * Reads an hwdb.d file: records of match lines followed by indented `KEY=value` lines, ended by an empty line.
 * What systemd ignores with a warning is ignored: properties without a match, lines without `=`, empty keys, and
 * what is left of a record after a line that is not indented. Source: hwdb(7). Throws CORE_LIMIT.
 */
export function parseHardwareSource(file: ConfigFile): HardwareProperty[] {
  const properties: HardwareProperty[] = [];
  let matches: string[] = [];
  let inProperties = false;
  for (const [index, line] of contentLines(file.text)) {
    const indented = line.startsWith(' ');
    if (line === '' || (inProperties && !indented)) {
      matches = [];
      inProperties = false;
    } else if (!indented) {
      matches.push(checkedMatch(line, file.path));
    } else if (matches.length > 0) {
      inProperties = true;
      properties.push(...propertyOf(line, matches, index + 1));
    }
  }
  return properties;
}

/** Lines by index, without comments and trailing blanks; a line that is a comment does not end a record. */
function* contentLines(text: string): Generator<[number, string]> {
  const lines = Buffer.from(text)
    .toString('latin1')
    .split(/\r\n|[\n\r\0]/);
  if (lines.at(-1) === '') {
    lines.pop(); // the end of the last line
  }
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith('#')) {
      yield [index, withoutTail(line)];
    }
  }
}

function withoutTail(line: string): string {
  const comment = line.indexOf('#');
  return (comment < 0 ? line : line.slice(0, comment)).replace(/[ \t\v\f]+$/, '');
}

function propertyOf(line: string, matches: readonly string[], number: number): HardwareProperty[] {
  const equals = line.indexOf('=');
  if (equals < 0) {
    return [];
  }
  const key = line.slice(0, equals).replace(/^[ \t]+(?=[ \t])/, '');
  return key.length <= 1 ? [] : [{ matches, key, value: line.slice(equals + 1), line: number }];
}

function checkedMatch(match: string, path: string): string {
  if (match.length > longestMatch) {
    throw new SlipwayError('CORE_LIMIT', `Cannot read ${path}: a match has more than ${longestMatch} bytes`);
  }
  return match;
}
