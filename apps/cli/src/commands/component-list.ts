import { plural } from '@slipway/core';
import type { Component, ComponentSpec } from '@slipway/project';
import type { Command } from 'commander';
import { type CommandContext, loadNamedProject } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { listOutput, withListFormat } from '../output/list-table.ts';
import type { Run } from '../run-command.ts';
import { type Selection, selectComponents, withSelection } from '../selection/select-components.ts';

export function addComponentList(parent: Command, run: Run): void {
  withListFormat(withSelection(parent.command('list')))
    .description('list the components of the project, all of them unless some are named')
    .action((names: string[], options: Omit<Selection, 'names'>, command: Command) =>
      run(command, (context) => listComponents(context, { ...options, names })),
    );
}

async function listComponents(context: CommandContext, selection: Selection): Promise<CommandOutput> {
  const project = await loadNamedProject(context);
  const list = (await selectComponents(project, selection, 'all')).map(describe);
  const rows = list.map(({ name, spec, from, overlays }) => [name, spec, from, String(overlays)]);
  const overlays = list.reduce((sum, component) => sum + component.overlays, 0);
  return listOutput({ columns, rows }, list, `${plural(list.length, 'component')}, ${plural(overlays, 'overlay')}`);
}

const columns = [
  { title: 'component' },
  { title: 'spec' },
  { title: 'from' },
  { title: 'overlays', align: 'right' },
] as const;

function describe({ name, spec, overlays, groups }: Component) {
  return { name, spec: spec.type, from: specSource(spec), overlays: overlays.length, groups };
}

/** Where the spec of a component comes from, in a few words. */
export function specSource(spec: ComponentSpec): string {
  switch (spec.type) {
    case 'local':
      return 'the project';
    case 'import':
      return `${spec.package} of ${spec.snapshot}`;
    case 'upstream':
      return `${spec.name} of ${spec.distro.name} ${spec.distro.version}`;
  }
}
