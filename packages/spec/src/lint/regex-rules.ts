import { SlipwayError } from '@slipway/core';
import { Re2 } from '../re2.ts';
import { parseRe2 } from '../re2-parse.ts';
import type { Re2Node } from '../re2-syntax.ts';
import { parseLine } from '../spec-line.ts';
import type { FindingDraft } from './lint-finding.ts';
import type { OverlayFields } from './lint-input.ts';
import { type AskedOverlay, shown, when } from './lint-rule.ts';
import { canMatch, literalText } from './regex-reach.ts';
import { type RegexToken, regexTokens } from './regex-tokens.ts';
import { regexTraps, withoutTraps } from './regex-traps.ts';

interface ReadRegex {
  readonly pattern: string;
  readonly replacement: string;
  readonly node: Re2Node;
  readonly tokens: readonly RegexToken[];
  /** Applied to lines, not to whole files. */
  readonly byLine: boolean;
}

/** What is wrong with the expression or the replacement of an overlay, whatever the spec. */
export function regexFindings({ fields, input }: AskedOverlay): readonly FindingDraft[] {
  if (fields.regex === undefined) {
    return [];
  }
  const regex = readRegex(fields);
  if ('code' in regex) {
    return [regex];
  }
  // a spec that is at hand decides itself what a doubtful expression finds
  const doubts = regex.byLine && input.spec !== undefined ? [] : [...sectionHeader(regex), ...unquotedText(regex)];
  const certain = [...neverMatches(regex), ...sameReplacement(regex)];
  return certain.length > 0 ? certain : [...doubts, ...emptyMatches(regex), ...references(regex)];
}

function readRegex(fields: OverlayFields): ReadRegex | FindingDraft {
  const { regex: pattern = '', replacement = '' } = fields;
  try {
    const node = parseRe2(pattern);
    const byLine = fields.type === 'spec-search-replace';
    return { pattern, replacement, node, tokens: regexTokens(pattern), byLine };
  } catch (cause) {
    if (!(cause instanceof SlipwayError)) {
      throw cause;
    }
    return {
      code: 'regex-invalid',
      message: cause.message,
      suggestion: { text: cause.hint ?? 'write it in RE2 syntax' },
    };
  }
}

function neverMatches({ node, pattern, byLine }: ReadRegex): readonly FindingDraft[] {
  const inFile = canMatch(node, { lineFeed: true, carriageReturn: true });
  if (!inFile) {
    const suggestion = { text: 'put a backslash before a $ or ^ that is meant literally' };
    const message = `no text matches ${shown(pattern)}: something has to stand before a beginning or after an end`;
    return [{ code: 'regex-never-matches', message, suggestion }];
  }
  if (!byLine || canMatch(node, { lineFeed: false, carriageReturn: false })) {
    return [];
  }
  const needs = canMatch(node, { lineFeed: false, carriageReturn: true }) ? 'a carriage return' : 'a line end';
  return [
    {
      code: 'regex-never-matches',
      message: `${shown(pattern)} needs ${needs}, and lines of a spec are matched one by one without their ends`,
      suggestion: { text: 'write one overlay for each line' },
    },
  ];
}

function sameReplacement({ node, replacement, pattern }: ReadRegex): readonly FindingDraft[] {
  return when(replacement !== '' && literalText(node) === replacement, () => ({
    code: 'replacement-equal',
    message: `${shown(pattern)} is replaced by what it matches`,
  }));
}

/** Line heads such as `%files devel`, which search-and-replace never looks at. */
function sectionHeader({ tokens, pattern, byLine }: ReadRegex): readonly FindingDraft[] {
  const head = byLine ? headerHead(tokens) : undefined;
  return when(head !== undefined, () => ({
    code: 'regex-header',
    message: `${shown(pattern)} looks for the section header ${head}, and headers are never searched`,
    suggestion: { text: 'name the section with "section", or use spec-remove-section or spec-prepend-lines' },
  }));
}

/** The header that a line must be to match; undefined for all else. */
export function headerHead(tokens: readonly RegexToken[]): string | undefined {
  let at = tokens[0]?.text === '^' ? 1 : 0;
  at += tokens[at]?.text === '\\s' && tokens[at + 1]?.text === '*' ? 2 : 0;
  const start = at;
  while (at < start + longestHeader && tokens[at]?.char !== undefined && !isBlank(tokens[at])) {
    at++;
  }
  const word = tokens
    .slice(start, at)
    .map(({ char }) => char)
    .join('');
  const ends = isBlank(tokens[at]) || tokens[at]?.text === '$';
  return ends && parseLine(word, 'text').kind === 'header' ? word : undefined;
}

const longestHeader = 40;

function isBlank(token: RegexToken | undefined): boolean {
  return token?.char === ' ' || token?.char === '\t' || token?.text === '\\s';
}

function unquotedText({ tokens, pattern, replacement }: ReadRegex): readonly FindingDraft[] {
  const traps = regexTraps(tokens).filter(({ tokens: [first = 0] }) => {
    return tokens[first]?.kind !== 'open' || !hasReference(replacement);
  });
  return when(traps.length > 0, () => ({
    code: 'regex-unquoted',
    message: `in ${shown(pattern)}, ${traps[0]?.effect ?? ''}`,
    suggestion: {
      text: 'put a backslash before what is meant literally',
      replacement: { regex: withoutTraps(tokens, traps) },
    },
  }));
}

/** A text in which nothing that people write is found. */
const probe = '\u2603'.repeat(6);

/** Matches between any two characters: the replacement is strewn over the text. `^`, `$` and `.*` are meant. */
function emptyMatches({ pattern, replacement }: ReadRegex): readonly FindingDraft[] {
  const marked = new Re2(pattern).replaceAll(Buffer.from(probe).toString('latin1'), '\0');
  return when(replacement !== '' && marked.split('\0').length > probe.length, () => ({
    code: 'regex-matches-empty',
    message: `${shown(pattern)} also matches nothing at all: its replacement goes between any two characters`,
    suggestion: { text: 'use + where * allows none, and remove empty alternatives' },
  }));
}

/** `$1`, `${1}`, `${name}`, `\1`, `\g<1>`. */
const reference = /\$[1-9]|\$\{[1-9]\}|\\[1-9]|\\g<\w+>|\$&|\\0/;

function hasReference(text: string): boolean {
  return reference.test(text);
}

/** Programs whose own text has such references. */
const otherLanguages = /\b(?:sed|awk|gawk|perl|sh|bash)\b|\bs[/|,#]/;

function references({ tokens, replacement, pattern }: ReadRegex): readonly FindingDraft[] {
  const found = reference.exec(replacement)?.[0];
  const hasGroup = tokens.some(({ kind, text }) => kind === 'open' && (text === '(' || text.includes('<')));
  const isForeign = otherLanguages.test(replacement) || tokens.some(({ char }) => char === '$');
  return when(found !== undefined && (hasGroup || found === '$&') && !isForeign, () => ({
    code: 'replacement-reference',
    message: `the replacement is literal: ${shown(found ?? '')} is written as it stands, and no group of ${shown(pattern)}`,
    suggestion: { text: 'match only what is replaced, or write the whole line into the replacement' },
  }));
}
