import { SlipwayError } from '@slipway/core';
import { lowered } from './letter-case.ts';
import type { OverlayMode } from './overlay.ts';
import { directiveOf } from './spec-line.ts';
import type { SpecLines } from './spec-lines.ts';
import { spaceEnd } from './white-space.ts';

/** Half-open range of line indexes. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

interface ConditionalPair {
  readonly opener: number;
  closer: number;
}

const openers = new Set(['%if', '%ifarch', '%ifnarch', '%ifos', '%ifnos']);
const branches = new Set(['%else', '%elif', '%elifarch', '%elifnarch', '%elifos', '%elifnos']);

/** +1 for a line that opens a conditional, -1 for `%endif`, else 0. In April everything from `%if` on was an opener. */
export function depthChange(line: string, mode: OverlayMode): -1 | 0 | 1 {
  const word = lowered(directiveOf(line) ?? '');
  if (word === '%endif') {
    return -1;
  }
  const opens = mode === 'april-2026' ? word.startsWith('%if') : openers.has(word);
  return opens ? 1 : 0;
}

/**
 * Cuts each range before the first conditional line that belongs to something outside of it, so that removing the
 * ranges leaves every `%if` its `%endif`. Throws `SPEC_CONDITIONAL` where no cut helps, or conditionals do not pair up.
 */
export function balanceRanges(lines: SpecLines, ranges: readonly LineRange[]): LineRange[] {
  const pairs = pairsByLine(lines);
  return ranges.map((range) => balanceRange(lines, range, pairs));
}

/** For each opener, closer and branch the innermost conditional that it is a part of. */
function pairsByLine(lines: SpecLines): Map<number, ConditionalPair> {
  const pairs = new Map<number, ConditionalPair>();
  const open: ConditionalPair[] = [];
  for (let index = 0; index < lines.length; index++) {
    if (!lines.mayBeDirective(index)) {
      continue;
    }
    const line = lines.at(index) as string;
    const change = depthChange(line, 'august-2026');
    if (change > 0) {
      open.push({ opener: index, closer: -1 });
    }
    const innermost = open.at(-1);
    if (change < 0 && innermost === undefined) {
      throw conditionalError(`the %endif in line ${index + 1} has no %if`, index);
    }
    if (innermost !== undefined && (change !== 0 || isBranch(line))) {
      pairs.set(index, innermost);
    }
    if (change < 0) {
      (open.pop() as ConditionalPair).closer = index;
    }
  }
  const first = open[0];
  if (first !== undefined) {
    throw conditionalError(`the %if in line ${first.opener + 1} has no %endif`, first.opener);
  }
  return pairs;
}

function isBranch(line: string): boolean {
  return branches.has(lowered(directiveOf(line) ?? ''));
}

function balanceRange(lines: SpecLines, range: LineRange, pairs: ReadonlyMap<number, ConditionalPair>): LineRange {
  let end = range.end;
  for (let index = range.end - 1; index >= range.start; index--) {
    const pair = pairs.get(index);
    if (pair !== undefined && !(pair.opener >= range.start && pair.closer < range.end)) {
      refuseBranch(pair, index);
      end = index;
    }
  }
  for (let index = end; index < range.end; index++) {
    if (!isFiller(lines.at(index) as string)) {
      const reason = `a conditional of lines ${range.start + 1}-${range.end} reaches over the end of the section`;
      throw conditionalError(reason, index);
    }
  }
  return { start: range.start, end };
}

/** Blank, comment or conditional: may stay behind when its section goes. */
function isFiller(line: string): boolean {
  const start = spaceEnd(line);
  return start === line.length || line[start] === '#' || depthChange(line, 'august-2026') !== 0;
}

/** Removing an `%else` of an outer conditional would change which branch holds. */
function refuseBranch({ opener, closer }: ConditionalPair, line: number): void {
  if (line !== opener && line !== closer) {
    throw conditionalError(`the branch in line ${line + 1} belongs to an %if outside of the section`, line);
  }
}

function conditionalError(reason: string, line: number): SlipwayError {
  return new SlipwayError('SPEC_CONDITIONAL', `Cannot remove the section: ${reason}`, {
    hint: 'adjust the conditional with a spec-search-replace overlay first',
    data: { line: line + 1 },
  });
}
