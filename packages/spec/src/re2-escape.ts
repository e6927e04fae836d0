import { perlItem, posixItem, type RuneItem, rangeItem, unicodeItem } from './re2-class.ts';
import type { Re2Cursor } from './re2-cursor.ts';
import type { Re2Node } from './re2-syntax.ts';

/** After a backslash: `\d`, `\W`, `\pL`, `\P{Han}` …; undefined, with nothing read, for anything else. */
export function readClassEscape(cursor: Re2Cursor, fold: boolean): RuneItem | undefined {
  const letter = cursor.peek() ?? '';
  if (/^[dswDSW]$/.test(letter)) {
    cursor.next();
    return perlItem(letter, fold);
  }
  if (letter !== 'p' && letter !== 'P') {
    return undefined;
  }
  cursor.next();
  const first = cursor.next();
  const name = first === '{' ? cursor.until('}') : first;
  const item = unicodeItem(name, fold, letter === 'P');
  if (item === undefined) {
    throw cursor.error(`no Unicode class ${JSON.stringify(name)}`);
  }
  return item;
}

const controls: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** After a backslash: the code of the one character that is meant. */
export function readCharacterEscape(cursor: Re2Cursor): number {
  const octal = cursor.match(/^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/, 3);
  if (octal !== undefined) {
    return Number.parseInt(octal[0], 8);
  }
  const rune = cursor.next();
  const code = rune.codePointAt(0) as number;
  if (Object.hasOwn(controls, rune)) {
    return controls[rune] as number;
  }
  if (rune === 'x') {
    return readHexadecimal(cursor);
  }
  if (code >= 128 || /^[0-9A-Za-z]$/.test(rune)) {
    throw cursor.error(`RE2 has no escape \\${rune}`);
  }
  return code;
}

function readHexadecimal(cursor: Re2Cursor): number {
  const digits = cursor.skip('{') ? cursor.until('}') : cursor.next() + cursor.next();
  const code = /^[0-9A-Fa-f]+$/.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
  if (!(code <= 0x10ffff)) {
    throw cursor.error(`bad hexadecimal escape ${JSON.stringify(digits)}`);
  }
  return code;
}

/** After `[`: the rest of a class, with its closing bracket. A bracket or hyphen at the beginning stands for itself. */
export function readBracket(cursor: Re2Cursor, fold: boolean): Re2Node {
  const negated = cursor.skip('^');
  const items: RuneItem[] = [];
  for (let first = true; first || cursor.peek() !== ']'; first = false) {
    items.push(readPosixClass(cursor, fold) ?? readBracketClass(cursor, fold) ?? readRange(cursor, fold));
  }
  cursor.next();
  return { kind: 'rune', set: { negated, items } };
}

/** `[:alpha:]`; a bracket that is no such class is a character. */
function readPosixClass(cursor: Re2Cursor, fold: boolean): RuneItem | undefined {
  const found = cursor.match(/^\[:([^]*?):\]/);
  if (found === undefined) {
    return undefined;
  }
  const item = posixItem(found[1] as string, fold);
  if (item === undefined) {
    throw cursor.error(`no character class ${found[0]}`);
  }
  return item;
}

function readBracketClass(cursor: Re2Cursor, fold: boolean): RuneItem | undefined {
  return cursor.match(/^\\(?=[dswpDSWP])/, 2) && readClassEscape(cursor, fold);
}

function readRange(cursor: Re2Cursor, fold: boolean): RuneItem {
  const low = readBracketCharacter(cursor);
  const isRange = cursor.peek() === '-' && cursor.peek(1) !== undefined && cursor.peek(1) !== ']';
  const high = isRange && cursor.skip('-') ? readBracketCharacter(cursor) : low;
  if (high < low) {
    throw cursor.error('a range whose end is before its start');
  }
  return rangeItem(low, high, fold);
}

function readBracketCharacter(cursor: Re2Cursor): number {
  return cursor.skip('\\') ? readCharacterEscape(cursor) : (cursor.next().codePointAt(0) as number);
}
