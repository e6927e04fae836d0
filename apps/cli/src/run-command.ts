import type { Command } from 'commander';
import { type CommandContext, createContext } from './context.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Machine } from './machine/machine.ts';
import type { CommandOutput } from './output/command-output.ts';
import { formatCsv, formatMarkdownTable, type ListFormat } from './output/list-table.ts';

/** Runs what a command does and prints its output: for people, or with `--json` for programs. */
export type Run = (command: Command, work: (context: CommandContext) => Promise<CommandOutput>) => Promise<void>;

/** `finish` learns the exit status of a command that did its work. */
export function createRun(machine: Machine, finish: (status: number) => void): Run {
  return async (command, work) => {
    const options = command.optsWithGlobals<GlobalOptions & { readonly format?: ListFormat }>();
    const format = options.json ? 'json' : (options.format ?? 'table');
    const output = await work(createContext(machine, { ...options, json: format === 'json' }));
    machine.stdout.write(formatOutput(output, format));
    finish(output.status ?? 0);
  };
}

function formatOutput(output: CommandOutput, format: string): string {
  if (format === 'json') {
    return `${JSON.stringify(output.json, undefined, 2)}\n`;
  }
  if (output.list !== undefined && format !== 'table') {
    return format === 'csv' ? formatCsv(output.list) : formatMarkdownTable(output.list);
  }
  return output.text;
}
