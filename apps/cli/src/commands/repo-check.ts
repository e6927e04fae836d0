import { resolve } from 'node:path';
import { plural } from '@slipway/core';
import type { RepositoryFinding } from '@slipway/repo';
import type { Command } from 'commander';
import { type CommandContext, withProgress } from '../context.ts';
import { repeated } from '../global-options.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { listOutput, withListFormat } from '../output/list-table.ts';
import type { Run } from '../run-command.ts';

interface Options {
  readonly with?: readonly string[];
  readonly quick?: boolean;
  readonly allowUnsigned?: boolean;
}

export function addRepoCheck(parent: Command, run: Run): void {
  withListFormat(parent.command('check <dir>'))
    .description('find broken dependencies, unsigned packages, and files that are missing or changed')
    .option('--with <dir>', 'a repository whose packages may satisfy dependencies; may be repeated', repeated)
    .option('--quick', 'compare sizes of packages, not their digests')
    .option('--allow-unsigned', 'packages need no signature')
    .action((directory: string, options: Options, command: Command) =>
      run(command, (context) => check(context, directory, options)),
    );
}

async function check(context: CommandContext, name: string, options: Options): Promise<CommandOutput> {
  const { checkRepository, loadRepository } = await import('@slipway/repo');
  const load = (directory: string) => loadRepository(resolve(context.machine.directory, directory));
  const { findings, packageCount } = await withProgress(context, async (progress) => {
    const repository = await load(name);
    const others = await Promise.all((options.with ?? []).map(load));
    const { quick = false, allowUnsigned = false } = options;
    const found = await checkRepository(repository, { others, quick, allowUnsigned, progress });
    return { findings: found, packageCount: repository.packages.table.count };
  });
  return describe(findings, packageCount);
}

const titles: Readonly<Record<RepositoryFinding['kind'], string>> = {
  'missing-file': 'missing',
  'changed-file': 'changed',
  'unlisted-file': 'not listed',
  'bad-metadata': 'bad metadata',
  'unsigned-package': 'not signed',
  'broken-dependency': 'broken dependency',
  'listed-twice': 'listed twice',
};

function describe(findings: readonly RepositoryFinding[], packageCount: number): CommandOutput {
  const columns = [{ title: 'finding' }, { title: 'package or file' }, { title: 'what' }] as const;
  const rows = findings.map(({ kind, subject, detail }) => [titles[kind], subject, detail]);
  const summary = findings.length === 0 ? 'nothing is wrong' : plural(findings.length, 'finding');
  return {
    ...listOutput({ columns, rows }, { packageCount, findings }, `${plural(packageCount, 'package')}: ${summary}.`),
    status: findings.length === 0 ? 0 : 1,
  };
}
