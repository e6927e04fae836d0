import { SlipwayError } from '@slipway/core';
import { lowered } from './letter-case.ts';
import type { OverlayMode } from './overlay.ts';
import { tokensOf, trimmed } from './spec-line.ts';

/** Half-open range of line indexes. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

interface ConditionalPair {
  readonly opener: number;
  readonly closer: number;
}

const openers = new Set(['%if', '%ifarch', '%ifnarch', '%ifos', '%ifnos']);
const branches = new Set(['%else', '%elif', '%elifarch', '%elifnarch', '%elifos', '%elifnos']);

/** +1 for a line that opens a conditional, -1 for `%endif`, else 0. In April everything from `%if` on was an opener. */
export function depthChange(line: string, mode: OverlayMode): -1 | 0 | 1 {
  const word = directive(line);
  if (word === '%endif') {
    return -1;
  }
  const opens = mode === 'april-2026' ? word.startsWith('%if') : openers.has(word);
  return opens ? 1 : 0;
}

function directive(line: string): string {
  const text = line.includes('%') ? trimmed(line) : '';
  return text.startsWith('%') ? lowered(tokensOf(text)[0] as string) : '';
}

/**
 * Cuts each range before the first conditional line that belongs to something outside of it, so that removing the
 * ranges leaves every `%if` its `%endif`. Throws `SPEC_CONDITIONAL` where no cut helps, or conditionals do not pair up.
 */
export function balanceRanges(lines: readonly string[], ranges: readonly LineRange[]): LineRange[] {
  const pairs = conditionalPairs(lines);
  return ranges.map((range) => balanceRange(lines, range, pairs));
}

/** Inner pairs before the pairs around them. */
function conditionalPairs(lines: readonly string[]): ConditionalPair[] {
  const pairs: ConditionalPair[] = [];
  const open: number[] = [];
  lines.forEach((line, index) => {
    const change = depthChange(line, 'august-2026');
    if (change > 0) {
      open.push(index);
    } else if (change < 0) {
      const opener = open.pop();
      if (opener === undefined) {
        throw conditionalError(`the %endif in line ${index + 1} has no %if`, index);
      }
      pairs.push({ opener, closer: index });
    }
  });
  const first = open[0];
  if (first !== undefined) {
    throw conditionalError(`the %if in line ${first + 1} has no %endif`, first);
  }
  return pairs;
}

function balanceRange(lines: readonly string[], range: LineRange, pairs: readonly ConditionalPair[]): LineRange {
  const inside = (line: number) => line >= range.start && line < range.end;
  const crossing = pairs
    .filter(({ opener, closer }) => inside(opener) !== inside(closer))
    .map(({ opener, closer }) => (inside(opener) ? opener : closer));
  refuseOuterBranches(lines, range, pairs);
  const end = Math.min(range.end, ...crossing);
  for (let index = end; index < range.end; index++) {
    if (!isFiller(lines[index] as string)) {
      const reason = `a conditional of lines ${range.start + 1}-${range.end} reaches over the end of the section`;
      throw conditionalError(reason, index);
    }
  }
  return { start: range.start, end };
}

/** Blank, comment or conditional: may stay behind when its section goes. */
function isFiller(line: string): boolean {
  const text = trimmed(line);
  return text === '' || text.startsWith('#') || depthChange(line, 'august-2026') !== 0;
}

/** Removing an `%else` of an outer conditional would change which branch holds. */
function refuseOuterBranches(lines: readonly string[], range: LineRange, pairs: readonly ConditionalPair[]): void {
  for (let index = range.start; index < range.end; index++) {
    if (!branches.has(directive(lines[index] as string))) {
      continue;
    }
    const around = pairs.find(({ opener, closer }) => opener <= index && closer >= index);
    if (around !== undefined && (around.opener < range.start || around.closer >= range.end)) {
      throw conditionalError(`the branch in line ${index + 1} belongs to an %if outside of the section`, index);
    }
  }
}

function conditionalError(reason: string, line: number): SlipwayError {
  return new SlipwayError('SPEC_CONDITIONAL', `Cannot remove the section: ${reason}`, {
    hint: 'adjust the conditional with a spec-search-replace overlay first',
    data: { line: line + 1 },
  });
}
