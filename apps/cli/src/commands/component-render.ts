import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { formatCount, formatPosition, mapConcurrently, plural, SlipwayError } from '@slipway/core';
import type { Component, Project } from '@slipway/project';
import type { RenderOutcome } from '@slipway/render';
import type { Command } from 'commander';
import { type CommandContext, loadNamedProject, withProgress } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { withListFormat } from '../output/list-table.ts';
import type { Paint } from '../output/paint.ts';
import { printable } from '../output/printable.ts';
import { shownPath } from '../output/shown-path.ts';
import { statusOf } from '../progress/each-component.ts';
import type { Run } from '../run-command.ts';
import { type Selection, selectComponents, withSelection } from '../selection/select-components.ts';
import { lockHistoryOf } from '../upstream/lock-history.ts';
import { type NetworkOptions, openRememberedCounts, openSources, withNetwork } from '../upstream/open-sources.ts';

interface RenderOptions extends NetworkOptions, Selection {
  readonly output?: string;
  readonly check?: boolean;
  readonly cleanStale?: boolean;
}

export function addComponentRender(parent: Command, run: Run): void {
  withNetwork(withListFormat(withSelection(parent.command('render'))))
    .description(
      'write the specs and sources that overlays and settings make of upstream’s into the rendered-specs directory',
    )
    .option('-o, --output <dir>', 'write below this directory instead of the project’s rendered-specs-dir')
    .option('--check', 'write nothing; show the difference and exit with status 1 when something would change')
    .option('--clean-stale', 'with --all: remove what belongs to no component any more')
    .action((names: string[], options: Omit<RenderOptions, 'names'>, command: Command) =>
      run(command, (context) => render(context, { ...options, names })),
    );
}

async function render(context: CommandContext, options: RenderOptions): Promise<CommandOutput> {
  if (options.cleanStale === true && options.all !== true) {
    throw new SlipwayError('CLI_USAGE', 'Cannot run the command: --clean-stale goes with --all only', {
      hint: 'what is stale is known when all components are rendered: slipway component render --all --clean-stale',
    });
  }
  const project = await loadNamedProject(context);
  const chosen = await selectComponents(project, options, 'refused');
  const components = chosen.filter(({ spec }) => spec.type !== 'import');
  const directory =
    options.output === undefined
      ? project.directories.renderedSpecs
      : resolve(context.machine.directory, options.output);
  const { paintDiff } = await import('@slipway/render');
  const outcomes = await renderAll(context, { project, components, directory, options });
  const stale = options.all === true ? await staleComponents(project, directory) : [];
  const removed = options.cleanStale === true && options.check !== true ? await removeStale(directory, stale) : [];
  const oldLocks = await componentsWithOldLock(project, components);
  const failures = outcomes.flatMap(({ component, error }) => (error === undefined ? [] : [{ component, error }]));
  const changes =
    outcomes.some(({ status }) => status === 'would-change') ||
    (options.check === true && options.cleanStale === true && stale.length > 0);
  const kept = stale.filter((name) => !removed.includes(name));
  return {
    json: {
      directory,
      components: outcomes.map(describe),
      imports: chosen.length - components.length,
      stale: kept,
      removed,
      oldLocks,
    },
    list: outcomeList(outcomes),
    text: formatOutcomes(outcomes, {
      directory: shownPath(directory, context.machine.directory),
      imports: chosen.length - components.length,
      stale: kept,
      removed,
      oldLocks,
      check: options.check ?? false,
      paint: context.paint,
      diffOf: ({ differences }) => differences.map(({ diff }) => paintDiff(diff.trimEnd(), context.paint)),
      currentDirectory: context.machine.directory,
    }),
    status: statusOf(failures, changes ? 1 : 0),
  };
}

interface Work {
  readonly project: Project;
  readonly components: readonly Component[];
  readonly directory: string;
  readonly options: RenderOptions;
}

async function renderAll(context: CommandContext, work: Work): Promise<RenderOutcome[]> {
  const { project, components, directory, options } = work;
  const [{ renderComponents }, { loadLock }] = await Promise.all([
    import('@slipway/render'),
    import('@slipway/project'),
  ]);
  return withProgress(context, async (progress, signal) => {
    let done = 0;
    progress({ type: 'stage-start', stage: 'render' });
    const started = context.machine.now();
    const outcomes = await renderComponents({
      project,
      components,
      sources: await openSources(context, project, { network: options, progress, signal }),
      lock: await loadLock(join(project.directory, 'slipway.lock')),
      lockHistory: await lockHistoryOf(context, project, progress),
      remembered: await openRememberedCounts(context),
      directory,
      check: options.check ?? false,
      concurrency: 2 * availableParallelism(),
      signal,
      onDone: (item) =>
        progress({ type: 'advance', stage: 'render', unit: 'packages', done: ++done, total: components.length, item }),
    });
    const seconds = (context.machine.now() - started) / 1000;
    progress({ type: 'stage-end', stage: 'render', seconds, summary: plural(components.length, 'component') });
    return outcomes;
  });
}

async function staleComponents(project: Project, directory: string): Promise<string[]> {
  const { listRendered } = await import('@slipway/render');
  return (await listRendered(directory)).filter((name) => !project.components.has(name));
}

async function removeStale(directory: string, stale: readonly string[]): Promise<readonly string[]> {
  const { removeRendered } = await import('@slipway/render');
  await Promise.all(stale.map((name) => removeRendered(directory, name)));
  return stale;
}

/** Locks that cannot be read are told when their components are rendered. */
async function componentsWithOldLock(project: Project, components: readonly Component[]): Promise<string[]> {
  const [{ isLockStale }, { loadComponentLock }] = await Promise.all([
    import('@slipway/render'),
    import('@slipway/project'),
  ]);
  const names = await mapConcurrently(components, 2 * availableParallelism(), async (component) => {
    const lock = await loadComponentLock(project, component.name).catch(() => undefined);
    return isLockStale(project, component, lock) ? [component.name] : [];
  });
  return names.flat();
}

function describe({ error, ...outcome }: RenderOutcome) {
  return { ...outcome, commit: outcome.commit ?? null, error: error ?? null };
}

function outcomeList(outcomes: readonly RenderOutcome[]) {
  const columns = [
    { title: 'component' },
    { title: 'result' },
    { title: 'files', align: 'right' },
    { title: 'commit' },
    { title: 'remark' },
  ] as const;
  const rows = outcomes.map(({ component, status, differences, commit, error, furtherErrors = [], notes }) => [
    component,
    status,
    String(differences.length),
    commit ?? '',
    error === undefined
      ? notes.join('; ')
      : [error, ...furtherErrors].map(({ code, message }) => `${code}: ${message}`).join('; '),
  ]);
  return { columns, rows };
}

interface Shown {
  readonly directory: string;
  readonly imports: number;
  readonly stale: readonly string[];
  readonly removed: readonly string[];
  readonly oldLocks: readonly string[];
  readonly check: boolean;
  readonly paint: Paint;
  /** For people, one text for each file. */
  readonly diffOf: (outcome: RenderOutcome) => readonly string[];
  /** Places are told relative to it. */
  readonly currentDirectory: string;
}

/** What did not change is only counted. */
function formatOutcomes(outcomes: readonly RenderOutcome[], shown: Shown): string {
  const { paint } = shown;
  const lines = outcomes.flatMap((outcome) => formatOutcome(outcome, shown));
  const stale = shown.stale.map(
    (name) => `${paint('yellow', 'stale')}      ${name}: no component has this name; --clean-stale removes it`,
  );
  const removed = shown.removed.map((name) => `${paint('yellow', 'removed')}    ${name}`);
  const all = [...lines, ...stale, ...removed, ...formatOldLocks(shown)];
  return `${[...all, ...(all.length === 0 ? [] : ['']), summary(outcomes, shown)].join('\n')}\n`;
}

const shownNames = 5;

/** Also of components that did not change: that they did not may be what surprises. */
function formatOldLocks({ oldLocks, paint }: Shown): string[] {
  const rest = oldLocks.length - shownNames;
  const names = oldLocks.slice(0, shownNames).join(', ') + (rest > 0 ? ` and ${formatCount(rest)} more` : '');
  const why = 'the snapshot, pin or branch is another now; slipway component update chooses anew';
  return oldLocks.length === 0 ? [] : [`${paint('yellow', 'old lock')}   ${names}: ${why}`];
}

function formatOutcome(outcome: RenderOutcome, shown: Shown): string[] {
  const { component, status, differences, notes } = outcome;
  const { check, paint, diffOf } = shown;
  const remarks = notes.map((note) => `           ${paint('dim', printable(note))}`);
  switch (status) {
    case 'unchanged':
      return [];
    case 'written':
      return [`${paint('green', 'written')}    ${component}: ${plural(differences.length, 'file')}`, ...remarks];
    case 'would-change':
      return [`${paint('yellow', 'differs')}    ${component}`, ...remarks, ...diffOf(outcome)];
    case 'failed':
      return [
        ...failures(outcome).flatMap((error) => formatFailed(component, error, shown)),
        ...(check ? diffOf(outcome) : []),
      ];
  }
}

function failures({ error, furtherErrors = [] }: RenderOutcome): SlipwayError[] {
  return [...(error === undefined ? [] : [error]), ...furtherErrors];
}

/** The error with its place and what to do, below each other. */
function formatFailed(component: string, error: SlipwayError, { paint, currentDirectory }: Shown): string[] {
  const { code, message, at, hint } = error;
  const place = at === undefined ? undefined : formatPosition({ ...at, file: shownPath(at.file, currentDirectory) });
  return [
    `${paint('red', 'failed')}     ${component}: ${code}: ${printable(message)}`,
    ...(place === undefined ? [] : [`           at ${printable(place)}`]),
    ...(hint === undefined
      ? []
      : [`           ${paint('cyan', 'hint')}: ${printable(hint).replaceAll('\n', '\n             ')}`]),
  ];
}

function summary(outcomes: readonly RenderOutcome[], { directory, imports, check }: Shown): string {
  const count = (status: RenderOutcome['status']) => outcomes.filter((each) => each.status === status).length;
  const changed = check ? `${formatCount(count('would-change'))} differ` : `${formatCount(count('written'))} written`;
  const rest = `${formatCount(count('unchanged'))} unchanged, ${formatCount(count('failed'))} failed`;
  const left = imports === 0 ? '' : `; ${plural(imports, 'component')} imported from packages left out`;
  return `${plural(outcomes.length, 'component')} in ${directory}: ${changed}, ${rest}${left}`;
}
