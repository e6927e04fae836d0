import type { Command } from 'commander';
import { type CommandContext, createContext } from './context.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Machine } from './machine/machine.ts';
import type { CommandOutput } from './output/command-output.ts';
import { formatCsv, formatMarkdownTable } from './output/list-table.ts';

/** Runs what a command does and prints its output: for people, or with `--json` for programs. */
export type Run = (command: Command, work: (context: CommandContext) => Promise<CommandOutput>) => Promise<void>;

/** `finish` learns the exit status of a command that did its work. */
export function createRun(machine: Machine, finish: (status: number) => void): Run {
  return async (command, work) => {
    const options = command.optsWithGlobals<GlobalOptions & { readonly format?: string }>();
    const output = await work(createContext(machine, { ...options, json: options.json || options.format === 'json' }));
    machine.stdout.write(options.json ? formatJson(output.json) : formatOutput(output, options.format));
    finish(output.status ?? 0);
  };
}

/** Commands that print no list make the form that was asked for themselves. */
function formatOutput(output: CommandOutput, format: string | undefined): string {
  if (output.list === undefined || format === undefined || format === 'table') {
    return output.text;
  }
  switch (format) {
    case 'csv':
      return formatCsv(output.list);
    case 'markdown':
      return formatMarkdownTable(output.list);
    default:
      return formatJson(output.json);
  }
}

function formatJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
