import { editScript } from '@slipway/spec';
import type { ProjectCommit } from './blame.ts';

/** Lines of a file, from 1. */
export interface LineRange {
  readonly firstLine: number;
  readonly lastLine: number;
}

/** Where some lines come from. */
export interface LineHistory {
  /** The oldest commit among the lines: it brought them in. */
  readonly introduced: ProjectCommit;
  /** The newest one: the last change. */
  readonly changed: ProjectCommit;
  /** The history at hand begins with `introduced`: the lines may be older. */
  readonly isCutOff: boolean;
  /** Some of the lines are not committed as they are. */
  readonly isUncommitted: boolean;
}

/** The lines of a file now, and for each the line of the committed file that it is; undefined for new ones. */
export interface CommittedLines {
  readonly text: readonly string[];
  readonly committed: readonly (number | undefined)[];
}

/**
 * The history of some lines. Lines that stand in the file more than once (empty ones, headers of tables, `type = …`)
 * say nothing: a difference can give them to either of two neighbours.
 */
export function historyOfLines(
  range: LineRange,
  file: CommittedLines,
  blame: ReadonlyMap<number, ProjectCommit>,
  cutOff: ReadonlySet<string>,
): LineHistory | undefined {
  const numbers = tellingLines(range, file.text);
  const commits = numbers.flatMap((number) => blame.get(file.committed[number - 1] ?? 0) ?? []);
  const [first, ...others] = commits;
  if (first === undefined) {
    return undefined;
  }
  const introduced = others.reduce((oldest, commit) => (commit.time < oldest.time ? commit : oldest), first);
  return {
    introduced,
    changed: others.reduce((newest, commit) => (commit.time > newest.time ? commit : newest), first),
    isCutOff: cutOff.has(introduced.id),
    isUncommitted: numbers.some((number) => file.committed[number - 1] === undefined),
  };
}

/** For each line of a changed file the number of the committed line that it is; undefined for new ones. */
export function matchLines(before: readonly string[], after: readonly string[]): (number | undefined)[] {
  const numbers: (number | undefined)[] = [];
  let committed = 0;
  for (const { kind } of editScript(before, after)) {
    committed += kind === 'added' ? 0 : 1;
    if (kind !== 'removed') {
      numbers.push(kind === 'kept' ? committed : undefined);
    }
  }
  return numbers;
}

function tellingLines({ firstLine, lastLine }: LineRange, text: readonly string[]): number[] {
  const counts = new Map<string, number>();
  for (const line of text) {
    counts.set(line.trim(), (counts.get(line.trim()) ?? 0) + 1);
  }
  const all = Array.from({ length: lastLine - firstLine + 1 }, (_, index) => firstLine + index);
  const unique = all.filter((number) => counts.get((text[number - 1] ?? '').trim()) === 1);
  return unique.length === 0 ? all : unique;
}
