import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { plural } from '@slipway/core';
import type { PackageChange, RepoPackage } from '@slipway/repo';
import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { listOutput, withListFormat } from '../output/list-table.ts';
import type { Run } from '../run-command.ts';

interface Options {
  readonly updateinfo?: string;
  readonly idPrefix: string;
}

export function addRepoDiff(parent: Command, run: Run): void {
  withListFormat(parent.command('diff <old> <new>'))
    .description('show which packages were added, removed, upgraded, downgraded or rebuilt between two repositories')
    .option('--updateinfo <file>', 'write one advisory for each source package that changed')
    .option('--id-prefix <text>', 'begins the ids of advisories', 'UPDATE')
    .action((before: string, after: string, options: Options, command: Command) =>
      run(command, (context) => diff(context, [before, after], options)),
    );
}

async function diff(
  { machine }: CommandContext,
  names: readonly [string, string],
  options: Options,
): Promise<CommandOutput> {
  const { diffRepositories, formatUpdateinfo, generateAdvisories, loadRepository } = await import('@slipway/repo');
  const [before, after] = await Promise.all(names.map((name) => loadRepository(resolve(machine.directory, name))));
  const changes = diffRepositories(before?.packages.all() ?? [], after?.packages.all() ?? []);
  if (options.updateinfo !== undefined) {
    const time = Math.floor(machine.now() / 1000);
    const advisories = generateAdvisories(changes, { prefix: options.idPrefix, time });
    const text = formatUpdateinfo(advisories, { from: options.idPrefix, collection: options.idPrefix });
    await writeFile(resolve(machine.directory, options.updateinfo), text);
  }
  return describe(changes);
}

function versionOf(one: RepoPackage | undefined): string {
  if (one === undefined) {
    return '';
  }
  const { epoch, version, release } = one.evr;
  return `${epoch === 0 ? '' : `${epoch}:`}${version}-${release}`;
}

function describe(changes: readonly PackageChange[]): CommandOutput {
  const columns = [
    { title: 'change' },
    { title: 'package' },
    { title: 'architecture' },
    { title: 'before' },
    { title: 'after' },
  ] as const;
  const list = changes.map(({ kind, name, arch, before, after }) => {
    return { kind, name, arch, before: versionOf(before), after: versionOf(after) };
  });
  const rows = list.map(({ kind, name, arch, before, after }) => [kind, name, arch, before, after]);
  return listOutput(
    { columns, rows },
    list,
    changes.length === 0 ? 'Nothing changed.' : `${plural(changes.length, 'change')}.`,
  );
}
