import { join } from 'node:path';
import { formatCount, plural } from '@slipway/core';
import type { Component, ComponentLock, Project } from '@slipway/project';
import type { Command } from 'commander';
import { type CommandContext, loadNamedProject, withProgress } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { formatTable } from '../output/format-table.ts';
import { withListFormat } from '../output/list-table.ts';
import { printable } from '../output/printable.ts';
import { type ComponentFailure, eachComponent, statusOf } from '../progress/each-component.ts';
import type { Run } from '../run-command.ts';
import { type Selection, selectComponents, withSelection } from '../selection/select-components.ts';
import { type NetworkOptions, openSources, withNetwork } from '../upstream/open-sources.ts';

interface UpdateOptions extends NetworkOptions, Selection {
  readonly check?: boolean;
  readonly bump?: boolean;
  readonly again?: boolean;
}

export function addComponentUpdate(parent: Command, run: Run): void {
  withNetwork(withListFormat(withSelection(parent.command('update'))))
    .description(
      'write down in the locks which upstream commit each component is taken from, and its identity; with --all, remove the locks of components that are gone',
    )
    .option('--check', 'write nothing; exit with status 1 when a lock would change')
    .option('--bump', 'ask for a rebuild although nothing changed')
    .option('--again', 'choose upstream commits anew, even where nothing they depend on changed')
    .action((names: string[], options: Omit<UpdateOptions, 'names'>, command: Command) =>
      run(command, (context) => update(context, { ...options, names })),
    );
}

interface Updated {
  readonly component: string;
  readonly before: ComponentLock | undefined;
  readonly after: ComponentLock;
  readonly changed: boolean;
}

interface UpdateReport {
  /** How many were looked at. */
  readonly components: number;
  readonly changed: readonly Updated[];
  readonly failures: readonly ComponentFailure[];
  /** Locks of components that the project does not define. */
  readonly orphans: readonly string[];
  readonly check: boolean;
}

async function update(context: CommandContext, options: UpdateOptions): Promise<CommandOutput> {
  const project = await loadNamedProject(context);
  const components = await selectComponents(project, options, 'refused');
  const { check = false } = options;
  const { results, failures } = await updateAll(context, { project, components, options });
  const orphans = options.all === true ? await removeOrphans(project, check) : [];
  const changed = results.filter((each) => each.changed);
  const report = { components: components.length, changed, failures, orphans, check };
  const wouldChange = check && changed.length + orphans.length > 0;
  return {
    json: {
      components: components.length,
      locks: changed.map(({ component, before, after }) => ({ component, before: before ?? null, after })),
      removed: orphans,
      failures,
    },
    list: updateList(report),
    text: formatReport(report),
    status: statusOf(failures, wouldChange ? 1 : 0),
  };
}

async function updateAll(
  context: CommandContext,
  { project, components, options }: { project: Project; components: readonly Component[]; options: UpdateOptions },
): Promise<{ results: Updated[]; failures: ComponentFailure[] }> {
  const [{ Identities, updatedLock }, { formatComponentLock, loadComponentLock, loadLock, saveComponentLock }] =
    await Promise.all([import('@slipway/render'), import('@slipway/project')]);
  return withProgress(context, async (progress, signal) => {
    const sources = await openSources(context, project, { network: options, progress, signal });
    const identities = new Identities(project, await loadLock(join(project.directory, 'slipway.lock')));
    const { bump = false, again = false, check = false } = options;
    const running = { stage: 'update', progress, signal, now: context.machine.now } as const;
    return eachComponent(components, running, async (component) => {
      const before = await loadComponentLock(project, component.name);
      const after = await updatedLock(component, before, { project, sources, identities, bump, again });
      const changed = before === undefined || formatComponentLock(before) !== formatComponentLock(after);
      if (changed && !check) {
        await saveComponentLock(project, component.name, after);
      }
      return { component: component.name, before, after, changed };
    });
  });
}

async function removeOrphans(project: Project, check: boolean): Promise<string[]> {
  const { listComponentLocks, removeComponentLock } = await import('@slipway/project');
  const orphans = (await listComponentLocks(project)).filter((name) => !project.components.has(name));
  if (!check) {
    await Promise.all(orphans.map((name) => removeComponentLock(project, name)));
  }
  return orphans;
}

const columns = [
  { title: 'component' },
  { title: 'lock' },
  { title: 'commit before' },
  { title: 'commit' },
  { title: 'remark' },
] as const;

function updateList({ changed, failures, orphans }: UpdateReport) {
  const rows = [
    ...changed.map(({ component, before, after }) => [
      component,
      before === undefined ? 'new' : 'changed',
      before?.upstreamCommit ?? '',
      after.upstreamCommit ?? '',
      remarkOn(before, after),
    ]),
    ...orphans.map((component) => [component, 'removed', '', '', 'no component has this name']),
    ...failures.map(({ component, error }) => [component, 'failed', '', '', `${error.code}: ${error.message}`]),
  ];
  return { columns, rows };
}

function remarkOn(before: ComponentLock | undefined, after: ComponentLock): string {
  const hasMoved = before?.importCommit !== undefined && before.importCommit !== after.importCommit;
  return hasMoved ? 'upstream rewrote its history, or went back: releases are counted from here' : '';
}

/** As much of a commit as people compare. */
const shownDigits = 12;

function formatReport(report: UpdateReport): string {
  const { failures } = report;
  const rows = updateList({ ...report, failures: [] }).rows.map(
    ([component = '', lock = '', from, to, remark = '']) => [
      ...[component, lock, from?.slice(0, shownDigits) ?? '', to?.slice(0, shownDigits) ?? '', remark],
    ],
  );
  const table = rows.length === 0 ? [] : [formatTable(columns, rows)];
  const failed = failures.map(({ component, error: { code, message, hint } }) => {
    const advice = hint === undefined ? '' : `         hint: ${hint.replaceAll('\n', '\n           ')}\n`;
    return printable(`failed   ${component}: ${code}: ${message}\n${advice}`);
  });
  return [...table, ...(failed.length === 0 ? [] : [failed.join('')]), `${summary(report)}\n`].join('\n');
}

function summary({ components, changed, failures, orphans, check }: UpdateReport): string {
  const removed = orphans.length === 0 ? '' : `, ${formatCount(orphans.length)} ${check ? 'to remove' : 'removed'}`;
  const failed = failures.length === 0 ? '' : `, ${formatCount(failures.length)} failed`;
  const verb = check ? 'would change' : 'written';
  return `${plural(components, 'component')}: ${plural(changed.length, 'lock')} ${verb}${removed}${failed}`;
}
