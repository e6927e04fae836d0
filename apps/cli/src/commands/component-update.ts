import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { mapConcurrently, plural } from '@slipway/core';
import type { Component, ComponentLock, Project } from '@slipway/project';
import type { Command } from 'commander';
import { type CommandContext, loadNamedProject, withProgress } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { listOutput, withListFormat } from '../output/list-table.ts';
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
    .description('write down in the locks which upstream commit each component is taken from, and its identity')
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

async function update(context: CommandContext, options: UpdateOptions): Promise<CommandOutput> {
  const project = await loadNamedProject(context);
  const components = await selectComponents(project, options, 'refused');
  const updated = await updateAll(context, { project, components, options });
  const changed = updated.filter((each) => each.changed);
  const columns = [{ title: 'component' }, { title: 'lock' }, { title: 'commit before' }, { title: 'commit' }] as const;
  const rows = changed.map(({ component, before, after }) => [
    component,
    before === undefined ? 'new' : 'changed',
    before?.upstreamCommit ?? '',
    after.upstreamCommit ?? '',
  ]);
  const verb = options.check === true ? 'would change' : 'written';
  return {
    ...listOutput(
      { columns, rows },
      changed.map(({ component, before, after }) => ({ component, before: before ?? null, after })),
      `${plural(updated.length, 'component')}: ${plural(changed.length, 'lock')} ${verb}`,
    ),
    status: options.check === true && changed.length > 0 ? 1 : 0,
  };
}

async function updateAll(
  context: CommandContext,
  { project, components, options }: { project: Project; components: readonly Component[]; options: UpdateOptions },
): Promise<Updated[]> {
  const [{ Identities, updatedLock }, { formatComponentLock, loadComponentLock, loadLock, saveComponentLock }] =
    await Promise.all([import('@slipway/render'), import('@slipway/project')]);
  return withProgress(context, async (progress, signal) => {
    const sources = await openSources(context, project, { network: options, progress, signal });
    const identities = new Identities(project, await loadLock(join(project.directory, 'slipway.lock')));
    const { bump = false, again = false, check = false } = options;
    let done = 0;
    progress({ type: 'stage-start', stage: 'update' });
    return mapConcurrently(components, 2 * availableParallelism(), async (component) => {
      const before = await loadComponentLock(project, component.name);
      const after = await updatedLock(component, before, { project, sources, identities, bump, again });
      const changed = before === undefined || formatComponentLock(before) !== formatComponentLock(after);
      if (changed && !check) {
        await saveComponentLock(project, component.name, after);
      }
      const item = component.name;
      progress({ type: 'advance', stage: 'update', unit: 'packages', done: ++done, total: components.length, item });
      return { component: component.name, before, after, changed };
    });
  });
}
