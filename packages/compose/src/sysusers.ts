import { SlipwayError, type SourcePosition } from '@slipway/core';
import type { ConfigFile } from './accounts.ts';

export interface AccountLine {
  readonly type: 'user' | 'group' | 'member';
  readonly name: string;
  /** `-`: a free id; a number (or `uid:gid`); or the owner of a path, which on an empty system is a free id. */
  readonly id: { readonly kind: 'free' | 'fixed' | 'group-only'; readonly uid?: number };
  /** Primary group of a user (from `uid:group`), or the group that a member line adds to. */
  readonly group: string;
  readonly gecos: string;
  readonly home: string;
  readonly shell: string;
  readonly at: SourcePosition;
}

const longestFile = 1 << 20;

/**
 * Reads a sysusers.d file: `u`, `u!`, `g` and `m` lines; `r` (id ranges) only matters to later allocation and is
 * accepted without effect. Errors: COMPOSE_BAD_CONFIG with the line. Source: sysusers.d(5).
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
  const rest = { name, gecos, home, shell, at };
  switch (type) {
    case 'u':
    case 'u!':
      return [{ ...rest, type: 'user', ...parseUserId(id, at) }];
    case 'g':
      return [{ ...rest, type: 'group', id: parseId(id, at), group: '' }];
    case 'm':
      return [{ ...rest, type: 'member', id: { kind: 'fixed' }, group: id }];
    case 'r':
      return [];
    default:
      throw badLine(`unknown line type ${JSON.stringify(type)}`, at);
  }
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
  if (!/^\d{1,10}$/.test(text)) {
    throw badLine(`bad id ${JSON.stringify(text)}`, at);
  }
  return { kind: 'fixed', uid: Number(text) };
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
