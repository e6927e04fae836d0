import { join } from 'node:path';
import { SlipwayError } from '@slipway/core';
import type { LockedPackage, LockedSnapshot } from '@slipway/project';
import type { Command } from 'commander';
import { type CommandContext, loadNamedProject } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { formatBytes } from '../output/format-amount.ts';
import { formatTable } from '../output/format-table.ts';
import type { Run } from '../run-command.ts';

export function addSnapshotShow(parent: Command, run: Run): void {
  parent
    .command('show')
    .description('show the upstream packages that the lock file pins')
    .option('--packages', 'list every package')
    .action((options: { readonly packages?: boolean }, command: Command) =>
      run(command, (context) => showSnapshots(context, options.packages ?? false)),
    );
}

async function showSnapshots(context: CommandContext, withPackages: boolean): Promise<CommandOutput> {
  const { loadLock } = await import('@slipway/project');
  const { directory } = await loadNamedProject(context);
  const file = join(directory, 'slipway.lock');
  const lock = await loadLock(file);
  if (lock === undefined) {
    throw new SlipwayError('CLI_NOT_BUILT', 'Cannot show the snapshot: the project has no lock file yet', {
      hint: 'run slipway build: it writes slipway.lock',
      at: { file },
    });
  }
  const snapshots = [...lock.snapshots];
  return {
    json: snapshots.map(([name, snapshot]) => describe(name, snapshot, withPackages)),
    text: snapshots.map(([name, snapshot]) => formatSnapshot(name, snapshot, withPackages)).join('\n'),
  };
}

function describe(name: string, snapshot: LockedSnapshot, withPackages: boolean) {
  const { packages, ...facts } = snapshot;
  return { name, ...facts, ...totals(packages), ...(withPackages ? { packages } : {}) };
}

function totals(packages: readonly LockedPackage[]) {
  const sources = packages.filter(({ architecture }) => architecture === 'source');
  return {
    binaryPackages: packages.length - sources.length,
    sourceFiles: sources.length,
    sizeBytes: packages.reduce((sum, { size }) => sum + size, 0),
  };
}

function formatSnapshot(name: string, snapshot: LockedSnapshot, withPackages: boolean): string {
  const { binaryPackages, sourceFiles, sizeBytes } = totals(snapshot.packages);
  const head = [
    `${name}: ${snapshot.suite ?? 'no suite'} of ${snapshot.date}`,
    `  ${binaryPackages} packages and ${sourceFiles} source files, ${formatBytes(sizeBytes)}`,
    ...(snapshot.metadataSha256 === undefined ? [] : [`  metadata sha256 ${snapshot.metadataSha256}`]),
  ];
  return `${head.join('\n')}\n${withPackages ? `\n${packageTable(snapshot.packages)}` : ''}`;
}

function packageTable(packages: readonly LockedPackage[]): string {
  const columns = [
    { title: 'package' },
    { title: 'version' },
    { title: 'architecture' },
    { title: 'size', align: 'right' },
    { title: 'sha256' },
  ] as const;
  const rows = packages.map((entry) => [
    entry.name,
    entry.version,
    entry.architecture,
    formatBytes(entry.size),
    entry.sha256.slice(0, 16),
  ]);
  return formatTable(columns, rows);
}
