import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileError, hasErrno, SlipwayError } from '@slipway/core';

/** Alternatives that the braces of one pattern may have. */
const maxAlternatives = 256;

/** Characters of a pattern: Linux paths are at most 4,096 bytes long. */
const maxPatternLength = 4096;

/** Directory entries that one pattern may look at: a pattern must not walk a whole machine. */
const maxEntries = 500_000;

/** Whether a path has wildcards; without them it names exactly one file. */
export function isGlob(pattern: string): boolean {
  return /[*?[{]/.test(pattern);
}

/**
 * The files that match an absolute pattern in doublestar syntax, sorted by path: `*`, `?`, `[a-z]`, `[^a]`, `{a,b}`
 * inside a part, `**` for any number of directories. Names that start with a dot are matched like others; symbolic
 * links to directories are entered by name but not by `**`.
 */
export async function globFiles(pattern: string): Promise<string[]> {
  const budget = { entries: maxEntries };
  const found = new Set<string>();
  for (const alternative of expandBraces(pattern)) {
    await walk('/', resolve('/', alternative).split('/').filter(Boolean), { budget, found });
  }
  return [...found].sort();
}

interface Walk {
  readonly budget: { entries: number };
  readonly found: Set<string>;
}

async function walk(directory: string, parts: readonly string[], state: Walk): Promise<void> {
  const [part, ...rest] = parts;
  if (part === undefined) {
    return;
  }
  if (part === '**') {
    await walkAnyDepth(directory, rest, state);
  } else if (!/[*?[\\]/.test(part)) {
    await enter(join(directory, part), rest, state);
  } else {
    for (const entry of await entriesOf(directory, state)) {
      if (matchesPart(part, entry.name)) {
        await enter(join(directory, entry.name), rest, state);
      }
    }
  }
}

async function walkAnyDepth(directory: string, rest: readonly string[], state: Walk): Promise<void> {
  await walk(directory, rest.length === 0 ? ['*'] : rest, state);
  for (const entry of await entriesOf(directory, state)) {
    if (entry.isDirectory()) {
      await walkAnyDepth(join(directory, entry.name), rest, state);
    }
  }
}

async function enter(path: string, rest: readonly string[], state: Walk): Promise<void> {
  if (rest.length > 0) {
    await walk(path, rest, state);
  } else if (await isFile(path)) {
    state.found.add(path);
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (cause) {
    if (hasErrno(cause, 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG')) {
      return false;
    }
    throw fileError('read', path, cause);
  }
}

async function entriesOf(directory: string, state: Walk): Promise<Dirent[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    state.budget.entries -= entries.length;
    if (state.budget.entries < 0) {
      throw new SlipwayError('CORE_LIMIT', `Cannot expand a pattern: it looks at more than ${maxEntries} entries`, {
        hint: 'name the directories instead of **',
        at: { file: directory },
      });
    }
    return entries;
  } catch (cause) {
    if (hasErrno(cause, 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG')) {
      return [];
    }
    throw fileError('read', directory, cause);
  }
}

/** Whether a path (absolute, or relative like the pattern) matches, without looking at files. */
export function matchesGlob(pattern: string, path: string): boolean {
  const names = path.split('/');
  return expandBraces(pattern).some((alternative) => matchesParts(alternative.split('/'), names));
}

/** Which suffixes of the names each prefix of the parts can reach: linear in parts times names. */
function matchesParts(parts: readonly string[], names: readonly string[]): boolean {
  let reached = new Set([0]);
  for (const part of parts) {
    const next = new Set<number>();
    for (const from of reached) {
      const name = names[from];
      if (part === '**') {
        for (let to = from; to <= names.length; to++) {
          next.add(to);
        }
      } else if (name !== undefined && matchesPart(part, name)) {
        next.add(from + 1);
      }
    }
    reached = next;
  }
  return reached.has(names.length);
}

type Token = { readonly type: 'star' } | { readonly type: 'one'; readonly accepts: (character: string) => boolean };

/** Matches one name; `*` is tried by remembering the last one, which is enough without alternation. */
function matchesPart(part: string, name: string): boolean {
  const tokens = tokensOf(part);
  const characters = [...name];
  let token = 0;
  let at = 0;
  let retry: { token: number; at: number } | undefined;
  while (at < characters.length) {
    const current = tokens[token];
    if (current?.type === 'one' && current.accepts(characters[at] as string)) {
      token++;
      at++;
    } else if (current?.type === 'star') {
      retry = { token: ++token, at };
    } else if (retry !== undefined) {
      retry.at++;
      ({ token, at } = retry);
    } else {
      return false;
    }
  }
  return tokens.slice(token).every((rest) => rest.type === 'star');
}

function tokensOf(part: string): Token[] {
  const tokens: Token[] = [];
  for (let index = 0; index < part.length; ) {
    const character = String.fromCodePoint(part.codePointAt(index) as number);
    const characterClass = character === '[' ? /^\[([!^]?)((?:\\.|[^\\\]])+)\]/su.exec(part.slice(index)) : null;
    if (character === '*') {
      tokens.push({ type: 'star' });
      index++;
    } else if (characterClass !== null) {
      tokens.push({ type: 'one', accepts: classOf(characterClass[2] as string, characterClass[1] !== '') });
      index += characterClass[0].length;
    } else {
      const literal =
        character === '\\' && index + 1 < part.length
          ? String.fromCodePoint(part.codePointAt(index + 1) as number)
          : character;
      const any = character === '?';
      tokens.push({ type: 'one', accepts: (other) => any || other === literal });
      index += character === '\\' && index + 1 < part.length ? 1 + literal.length : character.length;
    }
  }
  return tokens;
}

function classOf(content: string, negated: boolean): (character: string) => boolean {
  const ranges = [...content.matchAll(/(\\.|[^\\])(?:-(\\.|[^\\]))?/gsu)].map((match) => {
    const low = (match[1] as string).replace(/^\\(?=.)/su, '');
    return [low, match[2]?.replace(/^\\(?=.)/su, '') ?? low] as const;
  });
  return (character) => ranges.some(([low, high]) => character >= low && character <= high) !== negated;
}

/** Throws `PROJECT_BAD_VALUE` for a pattern that is too long or has too many alternatives. */
export function expandBraces(pattern: string): string[] {
  if (pattern.length > maxPatternLength) {
    throw new SlipwayError(
      'PROJECT_BAD_VALUE',
      `Cannot expand a pattern: it is longer than ${maxPatternLength} characters`,
    );
  }
  let pending = [pattern];
  const done: string[] = [];
  while (pending.length > 0) {
    const next: string[] = [];
    for (const candidate of pending) {
      const alternatives = expandFirstBrace(candidate);
      (alternatives === undefined ? done : next).push(...(alternatives ?? [candidate]));
    }
    if (next.length + done.length > maxAlternatives) {
      throw new SlipwayError(
        'PROJECT_BAD_VALUE',
        `Cannot expand a pattern: it has more than ${maxAlternatives} alternatives`,
        {
          hint: 'write several patterns',
        },
      );
    }
    pending = next;
  }
  return done;
}

/** Undefined when there is no complete pair of braces. */
function expandFirstBrace(pattern: string): string[] | undefined {
  const open = pattern.indexOf('{');
  if (open === -1) {
    return undefined;
  }
  const commas: number[] = [open];
  let depth = 0;
  for (let index = open; index < pattern.length; index++) {
    const character = pattern[index];
    depth += character === '{' ? 1 : character === '}' ? -1 : 0;
    if (character === ',' && depth === 1) {
      commas.push(index);
    }
    if (depth === 0) {
      const ends = [...commas.slice(1), index];
      return ends.map(
        (end, part) =>
          pattern.slice(0, open) + pattern.slice((commas[part] as number) + 1, end) + pattern.slice(index + 1),
      );
    }
  }
  return undefined;
}
