import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatCount, plural } from '@slipway/core';
import type { Project } from '@slipway/project';
import type { ChangedComponent, ProjectState } from '@slipway/render';
import type { Command } from 'commander';
import { type CommandContext, loadNamedProject } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { listOutput, withListFormat } from '../output/list-table.ts';
import type { Run } from '../run-command.ts';

interface ChangedOptions {
  readonly from: string;
  readonly to?: string;
  readonly includeUnchanged?: boolean;
}

export function addComponentChanged(parent: Command, run: Run): void {
  withListFormat(parent.command('changed'))
    .description(
      'show which components changed between two revisions of the project, and what of them: those are rebuilt',
    )
    .requiredOption('--from <revision>', 'commit, branch or tag of the project to compare with')
    .option('--to <revision>', 'the later revision (default: the files as they are now)')
    .option('--include-unchanged', 'also list the components that did not change')
    .action((options: ChangedOptions, command: Command) => run(command, (context) => showChanged(context, options)));
}

async function showChanged(context: CommandContext, options: ChangedOptions): Promise<CommandOutput> {
  const [{ changedComponents }, project] = await Promise.all([import('@slipway/render'), loadNamedProject(context)]);
  const scratch = await mkdtemp(join(tmpdir(), 'slipway-changed-'));
  try {
    const searchPath = context.machine.env.PATH;
    const from = await stateAt(project, options.from, { target: join(scratch, 'from'), searchPath });
    const to = await stateAt(project, options.to, { target: join(scratch, 'to'), searchPath });
    return changedOutput(await changedComponents(from, to), options.includeUnchanged ?? false);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The project as it was at a revision, or as it is now. */
async function stateAt(
  project: Project,
  revision: string | undefined,
  { target, searchPath }: { readonly target: string; readonly searchPath: string | undefined },
): Promise<ProjectState> {
  if (revision === undefined) {
    return stateOf(project);
  }
  const { exportRevision, loadProject } = await import('@slipway/project');
  const without = [project.directories.renderedSpecs, project.directories.output, project.directories.work];
  const { directory } = await exportRevision(project.directory, revision, { target, without, searchPath });
  return stateOf(await loadProject(directory));
}

async function stateOf(project: Project): Promise<ProjectState> {
  const { loadComponentLock, loadLock } = await import('@slipway/project');
  return {
    project,
    lock: await loadLock(join(project.directory, 'slipway.lock')),
    lockOf: (component) => loadComponentLock(project, component),
  };
}

function changedOutput(all: readonly ChangedComponent[], includeUnchanged: boolean): CommandOutput {
  const shown = all.filter(({ change }) => includeUnchanged || change !== 'unchanged');
  const columns = [{ title: 'component' }, { title: 'change' }, { title: 'field' }, { title: 'from' }, { title: 'to' }];
  const json = shown.map((each) => ({
    ...each,
    rebuild: each.change === 'added' || each.change === 'changed',
    fields: each.fields.map(({ field, from, to }) => ({ field, from: from ?? null, to: to ?? null })),
  }));
  return listOutput({ columns, rows: shown.flatMap(changeRows) }, json, summary(all));
}

/** A row per field; the name is repeated, so that CSV can be filtered. */
function changeRows({ component, change, fields }: ChangedComponent): string[][] {
  return fields.length === 0
    ? [[component, change, '', '', '']]
    : fields.map(({ field, from, to }) => [component, change, field, shortened(from), shortened(to)]);
}

/** Whole values are in the JSON. */
const longestShown = 100;

function shortened(value = '-'): string {
  return value.length > longestShown ? `${value.slice(0, longestShown)}…` : value;
}

function summary(all: readonly ChangedComponent[]): string {
  const count = (change: ChangedComponent['change']) => all.filter((each) => each.change === change).length;
  const rebuilt = count('added') + count('changed');
  const parts = [`${formatCount(count('added'))} added`, `${formatCount(count('changed'))} changed`];
  const rest = `${formatCount(count('removed'))} removed, ${formatCount(count('unchanged'))} unchanged`;
  return `${plural(rebuilt, 'component')} to rebuild (${parts.join(', ')}); ${rest}`;
}
