import { SlipwayError, type SourcePosition } from '@slipway/core';
import type { ConfigFile } from './accounts.ts';

export interface AccountLine {
  readonly type: 'user' | 'group' | 'member' | 'range';
  readonly name: string;
  /** `-`: a free id; a number (or `uid:gid`); or the owner of a path, which on an empty system is a free id. */
  readonly id: { readonly kind: 'free' | 'fixed' | 'group-only'; readonly uid?: number };
  /** Primary group of a user (from `uid:group`), or the group that a member line adds to. */
  readonly group: string;
  readonly gecos: string;
  readonly home: string;
  readonly shell: string;
  /** `u!`: nobody may log in. */
  readonly locked: boolean;
  /** Of `r` lines: ids that free ones are taken from; empty for other lines. */
  readonly range: { readonly first: number; readonly last: number };
  readonly at: SourcePosition;
}

const longestFile = 1 << 20;
/** Ids; as many as have 16 bits. Bounds the search for a free one. */
const longestRange = 0xffff;

/**
 * Reads a sysusers.d file: `u`, `u!`, `g`, `m` and `r` lines. Fields that would break the lines of passwd(5) or
 * group(5) are errors: COMPOSE_BAD_CONFIG with the line. Source: sysusers.d(5).
 */
export function parseSysusers(file: ConfigFile): AccountLine[] {
  if (file.text.length > longestFile) {
    throw new SlipwayError('CORE_LIMIT', `Cannot read ${file.path}: more than ${longestFile} characters`);
  }
  return file.text.split('\n').flatMap((text, index) => {
    const line = text.trim();
    const at = { file: file.path, line: index + 1 };
    return line === '' || line.startsWith('#') ? [] : parseLine(splitQuoted(line), at);
  });
}

function parseLine(fields: readonly string[], at: SourcePosition): AccountLine[] {
  const [type = '', name = '', id = '-', gecos = '', home = '', shell = ''] = fields.map((field) =>
    field === '-' ? '' : field,
  );
  const rest = { name, gecos, home, shell, at, locked: type === 'u!', range: noRange };
  checkFields(type, rest);
  switch (type) {
    case 'u':
    case 'u!':
      return [{ ...rest, type: 'user', ...parseUserId(id, at) }];
    case 'g':
      return [{ ...rest, type: 'group', id: parseId(id, at), group: '' }];
    case 'm':
      checkName(id, at);
      return [{ ...rest, type: 'member', id: { kind: 'fixed' }, group: id, gecos: '', home: '', shell: '' }];
    case 'r':
      return [{ ...rest, type: 'range', id: { kind: 'free' }, group: '', range: parseRange(id, at) }];
    default:
      throw badLine(`unknown line type ${JSON.stringify(type)}`, at);
  }
}

const noRange = { first: 0, last: -1 } as const;
/** systemd's "relaxed" names (systemd.io/USER_NAMES), of ASCII only. */
const accountName = /^[A-Za-z_][A-Za-z0-9_.-]{0,254}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be in a field
const breaksField = /[:\x00-\x1f\x7f]/;

function checkFields(type: string, line: Pick<AccountLine, 'name' | 'gecos' | 'home' | 'shell' | 'at'>): void {
  if (type !== 'r') {
    checkName(line.name, line.at);
  }
  const paths = [line.home, line.shell].filter((path) => path !== '');
  if ([line.gecos, ...paths].some((field) => breaksField.test(field)) || paths.some((path) => !path.startsWith('/'))) {
    throw badLine('a description, home or shell that passwd(5) cannot hold', line.at);
  }
}

function checkName(name: string, at: SourcePosition): void {
  if (!accountName.test(name)) {
    throw badLine(`bad name ${JSON.stringify(name)}`, at);
  }
}

function parseRange(text: string, at: SourcePosition): AccountLine['range'] {
  const match = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(text);
  const first = checkedId(match?.[1] ?? '', at);
  const last = match?.[2] === undefined ? first : checkedId(match[2], at);
  if (first === 0 || last < first || last - first > longestRange) {
    throw badLine(`bad id range ${JSON.stringify(text)}`, at);
  }
  return { first, last };
}

function parseUserId(text: string, at: SourcePosition): Pick<AccountLine, 'id' | 'group'> {
  const colon = text.indexOf(':');
  if (colon < 0 || text.startsWith('/')) {
    return { id: parseId(text, at), group: '' };
  }
  const uid = text.slice(0, colon);
  const id = uid === '-' || uid === '' ? ({ kind: 'group-only' } as const) : parseId(uid, at);
  return { id, group: text.slice(colon + 1) };
}

function parseId(text: string, at: SourcePosition): AccountLine['id'] {
  if (text === '' || text === '-' || text.startsWith('/')) {
    return { kind: 'free' };
  }
  return { kind: 'fixed', uid: checkedId(text, at) };
}

/** 16 and 32 bits of ones mean "no id" to the kernel. */
function checkedId(text: string, at: SourcePosition): number {
  const id = Number(text);
  if (!/^\d{1,10}$/.test(text) || id >= 0xffffffff || id === 0xffff) {
    throw badLine(`bad id ${JSON.stringify(text)}`, at);
  }
  return id;
}

/** Fields are separated by blanks; quotes keep blanks together. */
export function splitQuoted(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double?.replace(/\\(.)/g, '$1') ?? single ?? bare ?? '',
  );
}

function badLine(reason: string, at: SourcePosition): SlipwayError {
  return new SlipwayError('COMPOSE_BAD_CONFIG', `Cannot read sysusers.d line: ${reason}`, {
    at,
    hint: 'see sysusers.d(5); correct the file with a file overlay on its component',
  });
}
