import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { plural, SlipwayError } from '@slipway/core';
import type { BuildRepositoryOptions, BuildRepositoryResult } from '@slipway/repo';
import { type Command, Option } from 'commander';
import { type CommandContext, withProgress } from '../context.ts';
import { repeated } from '../global-options.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { listOutput, withListFormat } from '../output/list-table.ts';
import { shownPath } from '../output/shown-path.ts';
import type { Run } from '../run-command.ts';

interface Options {
  readonly output?: string;
  readonly updateFrom?: readonly string[];
  readonly fresh?: boolean;
  readonly skipBroken?: boolean;
  readonly filelistsExt?: boolean;
  readonly compression: NonNullable<BuildRepositoryOptions['compression']>;
  readonly revision?: string;
  readonly time?: number;
  readonly workers: number;
  readonly metadata?: readonly string[];
  readonly snapshot?: string;
}

const defaultWorkers = 2;

export function addRepoBuild(parent: Command, run: Run): void {
  withListFormat(parent.command('build <dir>'))
    .description('make or renew the metadata of the packages below a directory; unchanged packages are not opened')
    .option('--output <dir>', 'where repodata/ is written (default: the directory of the packages)')
    .option('--update-from <dir>', 'take over what the metadata of another directory says; may be repeated', repeated)
    .option('--fresh', 'open every package, whatever earlier metadata says')
    .option('--skip-broken', 'leave out packages that cannot be described; without it nothing is written for one')
    .option('--filelists-ext', 'also write the digests of all files')
    .option('--metadata <type=file>', 'add a file: group, updateinfo, modules, …; may be repeated', repeated)
    .addOption(
      new Option('--compression <kind>', 'of the metadata').choices(['zstd', 'gzip', 'xz', 'none']).default('zstd'),
    )
    .option('--revision <text>', 'what repomd.xml calls this state (default: the time)')
    .option('--time <seconds>', 'time stamps of the metadata, in seconds since 1970 (default: now)', wholeNumber)
    .option('--workers <number>', 'threads that read packages', wholeNumber, defaultWorkers)
    .option('--snapshot <dir>', 'then keep a hard-linked copy of the repository in this directory')
    .action((directory: string, options: Options, command: Command) =>
      run(command, (context) => build(context, directory, options)),
    );
}

export function wholeNumber(text: string): number {
  if (!/^[0-9]{1,15}$/.test(text)) {
    throw new SlipwayError('CLI_USAGE', `Cannot use "${text}": it is no whole number`);
  }
  return Number(text);
}

async function build(context: CommandContext, name: string, options: Options): Promise<CommandOutput> {
  const { buildRepository, loadRepository, snapshotRepository } = await import('@slipway/repo');
  const { machine } = context;
  const path = (text: string) => resolve(machine.directory, text);
  const additional = await Promise.all((options.metadata ?? []).map((text) => readAddition(text, path)));
  const output = path(options.output ?? name);
  const result = await withProgress(context, (progress) =>
    buildRepository(path(name), {
      ...buildOptions(options, machine.now()),
      outputDirectory: output,
      updateFrom: (options.updateFrom ?? []).map(path),
      ...(additional.length === 0 ? {} : { additional }),
      progress,
    }),
  );
  if (options.snapshot !== undefined) {
    const repository = await loadRepository(output);
    await snapshotRepository(repository, path(options.snapshot));
    repository.close();
  }
  return describe(result, shownPath(join(output, 'repodata'), machine.directory));
}

function buildOptions(options: Options, now: number): BuildRepositoryOptions {
  return {
    time: options.time ?? Math.floor(now / 1000),
    workers: options.workers,
    compression: options.compression,
    withHashes: options.filelistsExt ?? false,
    fresh: options.fresh ?? false,
    skipBroken: options.skipBroken ?? false,
    ...(options.revision === undefined ? {} : { revision: options.revision }),
  };
}

async function readAddition(text: string, path: (text: string) => string) {
  const equals = text.indexOf('=');
  if (equals < 1 || equals === text.length - 1) {
    throw new SlipwayError('CLI_USAGE', `Cannot use --metadata "${text}": it is not TYPE=FILE`, {
      hint: 'for example --metadata group=comps.xml or --metadata modules=modules.yaml',
    });
  }
  const file = text.slice(equals + 1);
  const content = await readFile(path(file)).catch((cause: unknown) => {
    throw new SlipwayError('CORE_FILE_ACCESS', `Cannot read ${file}`, { at: { file }, cause });
  });
  return { type: text.slice(0, equals), name: basename(file), content: [content] };
}

function describe(result: BuildRepositoryResult, place: string): CommandOutput {
  const { broken, packageCount, readCount, isUpToDate, repomd } = result;
  const columns = [{ title: 'left out' }, { title: 'reason' }] as const;
  const rows = broken.map(({ locationHref, reason }) => [locationHref, reason]);
  const done = isUpToDate ? 'is up to date' : `was written (${plural(readCount, 'package')} opened)`;
  return {
    ...listOutput(
      { columns, rows },
      result,
      `${place} ${done}: ${plural(packageCount, 'package')}, revision ${repomd.revision}.`,
    ),
    status: broken.length > 0 ? 1 : 0,
  };
}
