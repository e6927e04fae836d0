import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileError, hasErrno, SlipwayError } from '@slipway/core';
import { compileFileGlob, unquoteWildcards } from '@slipway/spec';

/** Directory entries that one pattern may look at: a pattern must not walk a whole machine. */
const maxEntries = 500_000;

const wildcards = /[*?[\]{}]/g;

/** Whether a pattern has wildcards; without them it names exactly one file. */
export function isGlob(pattern: string): boolean {
  return /[*?[{]/.test(pattern.replace(/\\./gs, ''));
}

/** A pattern below a directory, whose own name is taken literally. */
export function absoluteGlob(directory: string, pattern: string): string {
  return resolve(directory.replace(wildcards, '\\$&'), pattern);
}

/**
 * The files that match an absolute doublestar pattern, sorted by path. Names that start with a dot are matched like
 * others; `**` does not enter symbolic links. Throws `SPEC_BAD_GLOB`, or `CORE_LIMIT` for a pattern that looks at
 * too much.
 */
export function globFiles(pattern: string): string[] {
  if (!isGlob(pattern)) {
    const path = unquoteWildcards(pattern);
    return isFile(path) ? [path] : [];
  }
  const parts = pattern.split('/');
  const fixed = parts.findIndex(isGlob);
  const moving = parts.slice(fixed).join('/');
  const search: Search = {
    matches: compileFileGlob(pattern),
    found: [],
    entriesLeft: maxEntries,
    followsLinks: !moving.includes('**'),
  };
  const depth = /\*\*|\{[^}]*\//.test(moving) ? Number.POSITIVE_INFINITY : parts.length - fixed;
  searchDirectory(unquoteWildcards(parts.slice(0, fixed).join('/') || '/'), depth, search);
  return search.found.sort();
}

/** Follows symbolic links. Throws for a place that may not be read. */
export function isFile(path: string): boolean {
  return kindOf(path) === 'file';
}

/** What a directory contains; nothing when it cannot be read. */
export function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

interface Search {
  readonly matches: (path: string) => boolean;
  readonly found: string[];
  readonly followsLinks: boolean;
  entriesLeft: number;
}

function searchDirectory(directory: string, depth: number, search: Search): void {
  for (const entry of entriesOf(directory, search)) {
    const path = join(directory, entry.name);
    const kind = entry.isSymbolicLink() ? kindOf(path) : kindOfEntry(entry);
    if (kind === 'file' && search.matches(path)) {
      search.found.push(path);
    } else if (kind === 'directory' && depth > 1 && (search.followsLinks || !entry.isSymbolicLink())) {
      searchDirectory(path, depth - 1, search);
    }
  }
}

type FileKind = 'file' | 'directory' | 'other';

function kindOfEntry(entry: { isFile(): boolean; isDirectory(): boolean }): FileKind {
  return entry.isFile() ? 'file' : entry.isDirectory() ? 'directory' : 'other';
}

function kindOf(path: string): FileKind {
  try {
    return kindOfEntry(statSync(path));
  } catch (cause) {
    return absent(path, cause, 'other');
  }
}

function entriesOf(directory: string, search: Search): Dirent[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    search.entriesLeft -= entries.length;
    if (search.entriesLeft < 0) {
      throw new SlipwayError('CORE_LIMIT', `Cannot expand a pattern: it looks at more than ${maxEntries} entries`, {
        hint: 'name the directories instead of **',
        at: { file: directory },
      });
    }
    return entries;
  } catch (cause) {
    return absent(directory, cause, []);
  }
}

/** What is not there does not match; what cannot be read is an error. */
function absent<T>(path: string, cause: unknown, value: T): T {
  if (hasErrno(cause, 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG') || path.includes('\0')) {
    return value;
  }
  throw fileError('read', path, cause);
}
