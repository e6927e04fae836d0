import { type ErrorCode, nearestNames, SlipwayError, type SourcePosition } from '@slipway/core';
import type { z } from 'zod';
import type { JsonSchema } from './json-schema.ts';
import type { ConfigPath } from './project.ts';
import { keysAt, member, valueAt } from './schema-walk.ts';
import type { TomlDocument } from './toml-document.ts';

/** A mistake in a file before its place is looked up. */
export interface Mistake {
  readonly code: ErrorCode;
  readonly path: ConfigPath;
  /** What the place of the mistake is: the key of `path` or its value. */
  readonly part: 'key' | 'value';
  readonly reason: string;
  readonly hint?: string;
}

/** Every mistake that a failed validation reports. */
export function mistakesOf(issues: readonly z.core.$ZodIssue[], document: TomlDocument, schema: JsonSchema): Mistake[] {
  return issues.flatMap((issue) => mistakesOfIssue(issue, document.value, schema));
}

function mistakesOfIssue(issue: z.core.$ZodIssue, root: unknown, schema: JsonSchema): Mistake[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, path, keysAt(schema, root, path)));
    case 'invalid_key':
      return [{ code: 'PROJECT_BAD_VALUE', path, part: 'key', reason: issue.issues[0]?.message ?? 'not a valid name' }];
    case 'invalid_union':
      return [unionMistake(issue, root, path)];
    case 'invalid_value':
      return [choiceMistake(issue.values, valueAt(root, path), path)];
    case 'invalid_type':
      return [
        valueAt(root, path) === undefined ? missingKey(path) : wrongType(issue.expected, valueAt(root, path), path),
      ];
    case 'too_small':
      return [{ code: 'PROJECT_BAD_VALUE', path, part: 'value', reason: tooSmall(issue) }];
    default:
      return [{ code: 'PROJECT_BAD_VALUE', path, part: 'value', reason: lowerFirst(issue.message) }];
  }
}

function unknownKey(key: string, path: ConfigPath, known: readonly string[]): Mistake {
  const nearest = nearestNames(key, known)[0];
  const hint = nearest === undefined ? `use one of ${listed(known)}` : `did you mean ${nearest}?`;
  const reason = 'there is no such key';
  return { code: 'PROJECT_UNKNOWN_KEY', path: [...path, key], part: 'key', reason, ...(known.length > 0 && { hint }) };
}

function missingKey(path: ConfigPath): Mistake {
  const reason = `the key ${String(path.at(-1))} is missing`;
  return { code: 'PROJECT_MISSING_KEY', path: path.slice(0, -1), part: 'key', reason };
}

function unionMistake(issue: z.core.$ZodIssueInvalidUnion, root: unknown, path: ConfigPath): Mistake {
  const value = valueAt(root, path);
  if (value === undefined) {
    return missingKey(path);
  }
  if ('options' in issue && Array.isArray(issue.options)) {
    return choiceMistake(issue.options, value, path);
  }
  const values = issue.errors.flat().flatMap((inner) => (inner.code === 'invalid_value' ? inner.values : []));
  return choiceMistake(values, value, path);
}

function choiceMistake(values: readonly unknown[], value: unknown, path: ConfigPath): Mistake {
  if (value === undefined) {
    return missingKey(path);
  }
  const choices = values.map(String).filter((choice) => choice !== '');
  const nearest = typeof value === 'string' ? nearestNames(value, choices)[0] : undefined;
  return {
    code: 'PROJECT_BAD_VALUE',
    path,
    part: 'value',
    reason: `expected ${choices.length === 1 ? `"${choices[0]}"` : `one of ${listed(choices)}`}, found ${shown(value)}`,
    ...(nearest !== undefined && { hint: `did you mean "${nearest}"?` }),
  };
}

const typeNames: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'an integer',
  number: 'an integer',
  object: 'a table',
  record: 'a table',
  string: 'a string',
};

function wrongType(expected: string, value: unknown, path: ConfigPath): Mistake {
  const reason = `expected ${typeNames[expected] ?? expected}, found ${shown(value)}`;
  return { code: 'PROJECT_BAD_VALUE', path, part: 'value', reason };
}

function tooSmall(issue: z.core.$ZodIssueTooSmall): string {
  return issue.origin === 'string' || issue.origin === 'array'
    ? 'must not be empty'
    : `must be at least ${issue.minimum}`;
}

/** A short form of a value for messages. */
function shown(value: unknown): string {
  if (Array.isArray(value)) {
    return 'a list';
  }
  if (value instanceof Date) {
    return 'a date';
  }
  if (value !== null && typeof value === 'object') {
    return 'a table';
  }
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : String(value);
}

/** At most this many choices are spelled out. */
const shownChoices = 24;

function listed(choices: readonly string[]): string {
  const more = choices.length - shownChoices;
  return choices.slice(0, shownChoices).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}

/** Gives a mistake its place: file, line, column and the line itself with a caret. */
export function mistakeError(mistake: Mistake, document: TomlDocument): SlipwayError {
  const at = document.position(mistake.path, mistake.part);
  return placedError(mistake, at, document);
}

function placedError(mistake: Mistake, at: SourcePosition, document: TomlDocument): SlipwayError {
  const place = { line: at.line ?? 1, column: at.column ?? 1 };
  const what = mistake.path.length === 0 ? 'the file' : formatConfigPath(mistake.path);
  return new SlipwayError(mistake.code, `Cannot use ${what}: ${mistake.reason}`, {
    at,
    data: { path: mistake.path, excerpt: document.excerpt(place) },
    ...(mistake.hint !== undefined && { hint: mistake.hint }),
  });
}

/** A path as TOML writes dotted keys, list entries with their index: `components."gtk+".overlays[0].tag`. */
export function formatConfigPath(path: ConfigPath): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') {
        return `[${part}]`;
      }
      const key = /^[A-Za-z0-9_-]+$/.test(part) ? part : JSON.stringify(part);
      return index === 0 ? key : `.${key}`;
    })
    .join('')
    .slice(0, 400);
}

/** A copy of `root` without the member at `path`. */
export function withoutMember(root: unknown, path: ConfigPath): unknown {
  const [key, ...rest] = path;
  if (key === undefined || root === null || typeof root !== 'object') {
    return root;
  }
  const copy: Record<string | number, unknown> = Array.isArray(root) ? ([...root] as never) : { ...root };
  if (rest.length === 0) {
    delete copy[key];
  } else {
    copy[key] = withoutMember(member(root, key), rest);
  }
  return copy;
}
