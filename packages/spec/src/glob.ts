import { SlipwayError } from '@slipway/core';
import { toByteText } from './byte-text.ts';
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
