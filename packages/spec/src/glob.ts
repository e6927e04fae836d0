import { SlipwayError } from '@slipway/core';
import { decodeRunes, toByteText } from './byte-text.ts';
import { type GlobToken, globFault, parseGlob } from './glob-syntax.ts';

const slash = 0x2f;
/** What may be left of a pattern when the name is used up: nothing, stars, and `/**`, for which `a` is a directory. */
const emptyTails = new Set(['', '*', '**', '/**', '**/', '/**/']);

/**
 * A test for paths in the dialect of Go's doublestar: `*` and `?` stay within a path component, `**` as
 * a whole component crosses any number of them, `{a,b}` chooses, `[a-z]` `[!a]` `[^a]` are classes (and may match a
 * slash), a backslash quotes. A malformed pattern throws `SPEC_BAD_GLOB` when it is used.
 */
export function compileGlob(pattern: string): (path: string) => boolean {
  const matches = compileByteGlob(pattern);
  return (path) => matches(toByteText(path));
}

/** As `compileGlob`, for paths that are byte strings. */
export function compileByteGlob(pattern: string): (path: string) => boolean {
  const alternatives = parseGlob(toByteText(pattern), () => badGlob(pattern, 'too many alternatives'));
  return (path) => {
    const codes = decodeRunes(path).codes;
    return alternatives.some((tokens) => {
      const result = matchTokens(tokens, codes);
      if (result === 'malformed') {
        throw badGlob(pattern, 'a bracket, brace or backslash has no partner');
      }
      return result;
    });
  };
}

function badGlob(pattern: string, reason: string): SlipwayError {
  return new SlipwayError('SPEC_BAD_GLOB', `Cannot use the file pattern ${JSON.stringify(pattern)}: ${reason}`, {
    hint: 'quote [ ] { } * ? with a backslash when the name has them',
  });
}

/** Where to go on when a guess was wrong: the tokens after a star, and what the star has taken so far. */
interface Retry {
  readonly token: number;
  at: number;
}

/** Only the last `*` and the last `**` are tried again, as doublestar does: time is at most tokens times length squared. */
function matchTokens(tokens: readonly GlobToken[], path: Int32Array): boolean | 'malformed' {
  let star: Retry | undefined;
  let tree: Retry | undefined;
  let [token, at] = [0, 0];
  while (at < path.length) {
    const current = tokens[token];
    if (current?.kind === 'malformed') {
      return 'malformed';
    }
    if (current?.kind === 'tree' && current.last) {
      return true;
    }
    if (current?.kind === 'tree') {
      tree = { token: ++token, at };
      star = undefined;
    } else if (current?.kind === 'star') {
      star = { token: ++token, at };
    } else if (current !== undefined && takes(current, path[at] as number)) {
      token++;
      at++;
    } else if (star !== undefined && path[star.at] !== slash) {
      at = ++star.at;
      token = star.token;
    } else if (tree !== undefined && path.indexOf(slash, tree.at) >= 0) {
      at = tree.at = path.indexOf(slash, tree.at) + 1;
      token = tree.token;
    } else {
      return globFault(current?.rest ?? '') ? 'malformed' : false;
    }
  }
  const rest = tokens[token]?.rest ?? '';
  return emptyTails.has(rest) || (globFault(rest) ? 'malformed' : false);
}

function takes(token: GlobToken, code: number): boolean {
  switch (token.kind) {
    case 'rune':
      return code === token.code;
    case 'any':
      return code !== slash;
    case 'class':
      return token.ranges.some(([low, high]) => code >= low && code <= high) !== token.negated;
    default:
      return false;
  }
}
