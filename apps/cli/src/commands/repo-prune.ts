import { resolve } from 'node:path';
import { plural } from '@slipway/core';
import type { PrunePlan } from '@slipway/repo';
import type { Command } from 'commander';
import { type CommandContext, withProgress } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { listOutput, withListFormat } from '../output/list-table.ts';
import type { Run } from '../run-command.ts';
import { wholeNumber } from './repo-build.ts';

interface Options {
  readonly keep?: number;
  readonly metadataDays: number;
  readonly dryRun?: boolean;
}

const secondsPerDay = 24 * 60 * 60;

export function addRepoPrune(parent: Command, run: Run): void {
  withListFormat(parent.command('prune <dir>'))
    .description('remove old versions of packages, and metadata that repomd.xml no longer names')
    .option('--keep <number>', 'versions of each package that stay (default: all)', wholeNumber)
    .option('--metadata-days <number>', 'days that metadata stays after it was last named', wholeNumber, 1)
    .option('--dry-run', 'show what would go')
    .action((directory: string, options: Options, command: Command) =>
      run(command, (context) => prune(context, directory, options)),
    );
}

async function prune(context: CommandContext, name: string, options: Options): Promise<CommandOutput> {
  const { applyPrune, buildRepository, loadRepository, planPrune } = await import('@slipway/repo');
  const directory = resolve(context.machine.directory, name);
  const now = context.machine.now() / 1000;
  const repository = await loadRepository(directory);
  const plan = planPrune(repository, {
    now,
    metadataAge: options.metadataDays * secondsPerDay,
    ...(options.keep === undefined ? {} : { keepVersions: options.keep }),
  });
  if (options.dryRun !== true) {
    await withProgress(context, async (progress) => {
      if (plan.packages.length > 0) {
        const exclude = new Set(plan.packages.map(({ locationHref }) => locationHref));
        const withHashes = repository.repomd.records.some(({ type }) => type === 'filelists-ext');
        await buildRepository(directory, { time: Math.floor(now), exclude, withHashes, progress });
      }
      await applyPrune(directory, plan);
    });
  }
  return describe(plan, options.dryRun ?? false);
}

function describe({ packages, metadata }: PrunePlan, isDry: boolean): CommandOutput {
  const columns = [{ title: 'kind' }, { title: 'file' }] as const;
  const files = packages.map(({ locationHref }) => locationHref);
  const rows = [...files.map((file) => ['package', file]), ...metadata.map((file) => ['metadata', `repodata/${file}`])];
  const amount = `${plural(files.length, 'package')} and ${plural(metadata.length, 'metadata file')}`;
  const summary = isDry ? `${amount} would be removed.` : `${amount} removed.`;
  return listOutput({ columns, rows }, { packages: files, metadata, removed: !isDry }, summary);
}
