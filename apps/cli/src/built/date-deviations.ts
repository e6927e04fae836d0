import { join, resolve } from 'node:path';
import { Store, TaskCache } from '@slipway/core';
import type { FileRange, LineHistory, Project } from '@slipway/project';
import type { DeviationFacts, DeviationReport } from '@slipway/release';
import type { CommandContext } from '../context.ts';
import { cacheDirectory } from '../machine/directories.ts';
import { paintFor } from '../output/paint.ts';
import { chooseStyle, createReporter } from '../progress/reporter.ts';

/** Git reads a history of thousands of commits for each file; what it said is remembered. */
const longestSeconds = 60;

/** Work that is done before is not worth a word. */
const quietMilliseconds = 1000;

export interface DatedDeviations {
  readonly report: DeviationReport;
  /** What is missing; undefined when nothing is. */
  readonly note?: string;
}

/** Since when each deviation is there, from the repository that the project lies in, if there is one. */
export async function dateDeviations(
  context: CommandContext,
  project: Project,
  report: DeviationReport,
): Promise<DatedDeviations> {
  const facts: readonly DeviationFacts[] = [...report.deviations, ...report.settings];
  const placed = facts.flatMap((each) => rangeOf(project, each) ?? []);
  const { histories, unread } = await loadHistories(context, project, placed);
  const known = new Map(placed.map((range, index) => [range.of, histories[index]]));
  const dated = {
    ...report,
    deviations: report.deviations.map((each) => ({ ...each, ...dates(known.get(each)) })),
    settings: report.settings.map((each) => ({ ...each, ...dates(known.get(each)) })),
  };
  const note = `The history of ${unread} files took too long: run the command again, it continues.`;
  return { report: dated, ...(unread > 0 && { note }) };
}

type PlacedRange = FileRange & { readonly of: DeviationFacts };

function rangeOf(project: Project, of: DeviationFacts): PlacedRange | undefined {
  const { file, line, lastLine } = of.at;
  return line === undefined || lastLine === undefined
    ? undefined
    : { of, file: resolve(project.directory, file), firstLine: line, lastLine };
}

async function loadHistories(context: CommandContext, project: Project, ranges: readonly FileRange[]) {
  const { machine } = context;
  const { loadLineHistories } = await import('@slipway/project');
  const cache = cacheDirectory(machine);
  const progress = lateProgress(context);
  try {
    return await machine.interruptible((signal) =>
      loadLineHistories(project.directory, ranges, {
        searchPath: machine.env.PATH,
        timeoutSeconds: longestSeconds,
        signal,
        tasks: new TaskCache(join(cache, 'tasks'), new Store(join(cache, 'store'))),
        onProgress: progress.advance,
      }),
    );
  } finally {
    progress.close();
  }
}

/** Shows progress once the work has taken a second. */
function lateProgress({ machine, options }: CommandContext) {
  const { now, stderr, env } = machine;
  const start = now();
  const style = chooseStyle(options.progress, stderr, options.json ?? false);
  const reporter = createReporter(style, { sink: stderr, now, paint: paintFor(stderr, env) });
  let isShown = false;
  return {
    advance: (done: number, total: number): void => {
      if (!isShown && now() - start >= quietMilliseconds) {
        isShown = true;
        reporter.listen({ type: 'stage-start', stage: 'reports' });
      }
      if (isShown) {
        reporter.listen({ type: 'advance', stage: 'reports', unit: 'files', done, total, item: 'git blame' });
      }
    },
    close: () => reporter.close(),
  };
}

function dates(history: LineHistory | undefined): Pick<DeviationFacts, 'since' | 'changed' | 'isUncommitted'> {
  if (history === undefined) {
    return {};
  }
  const { introduced, changed, isCutOff, isUncommitted } = history;
  const commitOf = ({ time, author, id }: LineHistory['changed']) => ({ time, author, commit: id });
  return {
    since: { ...commitOf(introduced), ...(isCutOff && { atLeast: true }) },
    ...(changed.id !== introduced.id && { changed: commitOf(changed) }),
    ...(isUncommitted && { isUncommitted: true }),
  };
}
