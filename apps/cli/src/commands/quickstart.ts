import { relative } from 'node:path';
import type { Command } from 'commander';
import { type CommandContext, withWorkspace } from '../context.ts';
import { referenceProject } from '../machine/project-directory.ts';
import type { CommandOutput } from '../output/command-output.ts';
import type { Run } from '../run-command.ts';
import { runMainJobOf } from './main-job.ts';

export function addQuickstart(parent: Command, run: Run): void {
  parent
    .command('quickstart')
    .description('build the reference distribution, and say what to try next')
    .action((_options: unknown, command: Command) => run(command, quickstart));
}

async function quickstart(context: CommandContext): Promise<CommandOutput> {
  const { machine, options } = context;
  const directory = options.project ?? referenceProject(machine);
  const { json, text } = await withWorkspace(context, (workspace) => runMainJobOf(context, workspace), directory);
  return { json, text: `${text}\n${nextSteps(context)}` };
}

function nextSteps({ machine, paint, options }: CommandContext): string {
  const launcher = `${relative(machine.directory, machine.checkout) || '.'}/slipway`;
  const project = options.project === undefined ? '' : ` --project ${options.project}`;
  const steps = [
    ['image boot server', 'start the server image in a virtual machine'],
    ['image packages server --why gpgconf', 'see why a package is in an image'],
    ['deviations', 'see every difference from upstream and its reason'],
  ] as const;
  const width = Math.max(...steps.map(([command]) => command.length));
  const lines = steps.map(
    ([command, purpose]) => `  ${launcher} ${command}${project}${' '.repeat(width - command.length)}  # ${purpose}\n`,
  );
  return `${paint('bold', 'Next, try:')}\n${lines.join('')}`;
}
