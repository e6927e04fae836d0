import { SlipwayError } from '@slipway/core';
import { toByteText } from './byte-text.ts';
import { globFault } from './glob-syntax.ts';
import { GlobWalk } from './glob-walk.ts';

/**
 * A test for paths in the dialect of Go's doublestar: `*` and `?` stay within a path component, `**` as
 * a whole component crosses any number of them, `{a,b}` chooses, `[a-z]` `[!a]` `[^a]` are classes (and may match a
 * slash), a backslash quotes. A malformed pattern throws `SPEC_BAD_GLOB` when it is used, and so does one whose
 * alternatives multiply too far.
 */
export function compileGlob(pattern: string): (path: string) => boolean {
  const matches = compileByteGlob(pattern);
  return (path) => matches(toByteText(path));
}

/** As `compileGlob`, for paths that are byte strings. */
export function compileByteGlob(pattern: string): (path: string) => boolean {
  const bytes = toByteText(pattern);
  return (path) => {
    const verdict = new GlobWalk(bytes, path).run();
    if (typeof verdict === 'string') {
      throw badGlob(pattern, faults[verdict]);
    }
    return verdict;
  };
}

/**
 * A test for the paths of files that a pattern finds, as doublestar's Glob: what stands before the first wildcard are
 * names, in which a backslash quotes only wildcards. A path that itself has a backslash (the unit `a\\x2db.mount`) is so
 * found by its name.
 */
export function compileFileGlob(pattern: string): (path: string) => boolean {
  const matches = compileByteFileGlob(pattern);
  return (path) => matches(toByteText(path));
}

/** As `compileFileGlob`, for paths that are byte strings. */
export function compileByteFileGlob(pattern: string): (path: string) => boolean {
  const bytes = toByteText(pattern);
  const wildcard = firstWildcard(bytes);
  const names = unquoteWildcards(wildcard < 0 ? bytes : bytes.slice(0, bytes.lastIndexOf('/', wildcard) + 1));
  if (!bytes.includes('\\') || globFault(bytes)) {
    return compileByteGlob(pattern);
  }
  if (wildcard < 0) {
    return (path) => path === names;
  }
  const matches = compileByteGlob(pattern.slice(pattern.lastIndexOf('/', firstWildcard(pattern)) + 1));
  return (path) => path.startsWith(names) && matches(path.slice(names.length));
}

/** The path that a pattern without wildcards names. */
export function unquoteWildcards(pattern: string): string {
  return pattern.replace(/\\([*?[\]{}])/g, '$1');
}

function firstWildcard(pattern: string): number {
  const [before] = /^(?:[^*?[{\\]|\\[^])*/.exec(pattern) ?? [''];
  return before.length < pattern.length ? before.length : -1;
}

const faults = {
  malformed: 'a bracket, brace or backslash has no partner',
  endless: 'its alternatives multiply to too many',
};

const shownCharacters = 200;

function badGlob(pattern: string, reason: string): SlipwayError {
  const shown = JSON.stringify(pattern.slice(0, shownCharacters));
  return new SlipwayError('SPEC_BAD_GLOB', `Cannot use the file pattern ${shown}: ${reason}`, {
    hint: 'quote [ ] { } * ? with a backslash when the name has them',
  });
}
