import { formatNevra } from '@slipway/rpm';
import { findUninstallable } from '@slipway/solver';
import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { listOutput, withListFormat } from '../output/list-table.ts';
import { loadPool } from '../repositories/load-pool.ts';
import type { Run } from '../run-command.ts';

interface InstallableOptions {
  readonly with: readonly string[];
  readonly arch: string;
  readonly multilib?: boolean;
}

export function addRepoInstallable(parent: Command, run: Run): void {
  const collect = (value: string, before: readonly string[]): string[] => [...before, value];
  withListFormat(parent.command('installable <repository>'))
    .description('check that every package of a repository can be installed on an empty system')
    .option('--with <place>', 'another repository that may be used (may be repeated)', collect, [])
    .option('--arch <architecture>', 'architecture of the system', 'x86_64')
    .option('--multilib', 'allow packages of inferior architectures')
    .action((repository: string, options: InstallableOptions, command: Command) =>
      run(command, (context) => checkRepository(context, repository, options)),
    );
}

async function checkRepository(
  { machine }: CommandContext,
  repository: string,
  options: InstallableOptions,
): Promise<CommandOutput> {
  const { pool, close } = await loadPool(machine, { repositories: [repository, ...options.with] });
  close();
  const [checked] = pool.repositories.slice(1);
  const { total, uninstallable } = findUninstallable(pool, {
    repository: checked?.name ?? '',
    architecture: options.arch,
    multilib: options.multilib ?? false,
  });
  const columns = [{ title: 'package' }, { title: 'why it cannot be installed' }];
  const rows = uninstallable.map(({ package: reference, summary }) => [formatNevra(reference), summary]);
  return {
    ...listOutput({ columns, rows }, { total, uninstallable }, `${uninstallable.length} of ${total} packages`),
    status: uninstallable.length === 0 ? 0 : 1,
  };
}
