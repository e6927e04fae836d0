import type { SlipwayError } from '@slipway/core';
import { nearestLines, type Overlay, toByteText } from '@slipway/spec';
import { compareCharacters, type TextSpan } from './compare-characters.ts';
import { findLongestMatch, textMatcher } from './longest-match.ts';
import type { ComponentState } from './overlay-step.ts';
import { linesInScope, type WishCandidate, wishOfOverlay } from './overlay-wish.ts';
import { outlineOf } from './spec-outline.ts';

/** Why an overlay cannot be applied, for people. */
export interface OverlayFailure {
  readonly error: SlipwayError;
  /** The literal text that it looks for; absent when the error is about something else. */
  readonly wanted?: string;
  /** The lines (or file names) that look most like it, best first. */
  readonly nearest: readonly NearLine[];
  /** How far the regular expression gets, where one was tried and matches nothing. */
  readonly partial?: PartialLines;
  /** Lines that the regular expression does match, and why that does not count. */
  readonly elsewhere: readonly MatchElsewhere[];
}

export interface NearLine {
  /** A source file; absent for the spec. */
  readonly path?: string;
  /** From 1; absent for the name of a file. */
  readonly line?: number;
  readonly text: string;
  readonly comparison: readonly TextSpan[];
}

export interface PartialLines {
  /** The longest beginning of the expression that matches. */
  readonly matched: string;
  /** The element of the expression that does not. */
  readonly stopsAt: string;
  readonly places: readonly {
    readonly line: number;
    readonly path?: string;
    readonly text: string;
    readonly column: number;
  }[];
}

export interface MatchElsewhere {
  readonly line: number;
  readonly text: string;
  /** The line is in another section, is a header, or is the same after the replacement. */
  readonly reason: 'other-section' | 'header' | 'same-text';
  /** The header of the section that the line is in; empty for the preamble. */
  readonly section: string;
}

const shownElsewhere = 3;

/** Looks for what an overlay could have meant, in the state that it was applied to. */
export async function explainFailure(
  state: ComponentState,
  overlay: Overlay,
  error: SlipwayError,
): Promise<OverlayFailure> {
  const wish = await wishOfOverlay(state, overlay, error.code);
  if (wish === undefined) {
    return { error, nearest: [], elsewhere: [] };
  }
  const { wanted, candidates } = wish;
  const nearest = nearestOf(candidates, wanted);
  if (error.code !== 'SPEC_NO_MATCH' || !('regex' in overlay)) {
    return { error, wanted, nearest, elsewhere: [] };
  }
  const partial = partialLines(overlay.regex, candidates);
  const elsewhere = overlay.type === 'spec-search-replace' ? matchesElsewhere(state, overlay) : [];
  return { error, wanted, nearest, ...(partial && elsewhere.length === 0 && { partial }), elsewhere };
}

function nearestOf(candidates: readonly WishCandidate[], wanted: string): NearLine[] {
  const numbered = candidates.map(({ text, compared = text }, index) => ({ line: index, text: compared }));
  return nearestLines(numbered, wanted).map((near) => {
    const { path, line, text, compared = text } = candidates[near.line] as WishCandidate;
    const rest = text.endsWith(compared) ? '' : text.slice(compared.length);
    const head = text.slice(0, text.length - compared.length - rest.length);
    const comparison = [sameSpan(head), ...compareCharacters(wanted, compared), sameSpan(rest)].flat();
    return { ...(path !== undefined && { path }), ...(line > 0 && { line }), text, comparison };
  });
}

/** What is not compared. */
function sameSpan(text: string): TextSpan[] {
  return text === '' ? [] : [{ kind: 'same', text }];
}

function partialLines(regex: string, candidates: readonly WishCandidate[]): PartialLines | undefined {
  const texts = candidates.map(({ text }) => toByteText(text));
  const found = findLongestMatch(regex, texts);
  return (
    found && {
      matched: found.matched,
      stopsAt: found.stopsAt,
      places: found.places.map(({ index, end }) => {
        const { line, path, text } = candidates[index] as WishCandidate;
        return { line, ...(path !== undefined && { path }), text, column: end + 1 };
      }),
    }
  );
}

function matchesElsewhere(
  state: ComponentState,
  overlay: Extract<Overlay, { type: 'spec-search-replace' }>,
): MatchElsewhere[] {
  const outline = outlineOf(state.spec);
  const inScope = new Set(linesInScope(outline, overlay).map(({ line }) => line));
  const all = outline.flatMap(({ read, header }) => [
    ...(header === '' ? [] : [{ line: read.line, text: header, reason: 'header' as const, section: header }]),
    ...read.lines.map(({ line, text }) => {
      const reason = inScope.has(line) ? ('same-text' as const) : ('other-section' as const);
      return { line, text, reason, section: header };
    }),
  ]);
  const matches = textMatcher(overlay.regex);
  const found = all.filter(({ text }) => matches(toByteText(text)));
  const same = found.filter(({ reason }) => reason === 'same-text');
  return (same.length > 0 ? same : found).slice(0, shownElsewhere);
}
