import type { Command } from 'commander';
import { type CommandContext, createContext } from './context.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Machine } from './machine/machine.ts';
import type { CommandOutput } from './output/command-output.ts';

/** Runs what a command does and prints its output: for people, or with `--json` for programs. */
export type Run = (command: Command, work: (context: CommandContext) => Promise<CommandOutput>) => Promise<void>;

export function createRun(machine: Machine): Run {
  return async (command, work) => {
    const context = createContext(machine, command.optsWithGlobals<GlobalOptions>());
    const { json, text } = await work(context);
    machine.stdout.write(context.options.json ? `${JSON.stringify(json, undefined, 2)}\n` : text);
  };
}
