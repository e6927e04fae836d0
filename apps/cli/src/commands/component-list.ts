import type { Component, ComponentSpec } from '@slipway/project';
import type { Command } from 'commander';
import { type CommandContext, loadNamedProject } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { formatTable } from '../output/format-table.ts';
import type { Run } from '../run-command.ts';

export function addComponentList(parent: Command, run: Run): void {
  parent
    .command('list')
    .description('list the components that the project customises or builds')
    .action((_options: unknown, command: Command) => run(command, listComponents));
}

async function listComponents(context: CommandContext): Promise<CommandOutput> {
  const { components } = await loadNamedProject(context);
  const list = [...components.values()].map(describe);
  const columns = [
    { title: 'component' },
    { title: 'spec' },
    { title: 'from' },
    { title: 'overlays', align: 'right' },
  ] as const;
  const rows = list.map(({ name, spec, from, overlays }) => [name, spec, from, String(overlays)]);
  const overlays = list.reduce((sum, component) => sum + component.overlays, 0);
  return {
    json: list,
    text: `${formatTable(columns, rows)}\n${list.length} components, ${overlays} overlays\n`,
  };
}

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
