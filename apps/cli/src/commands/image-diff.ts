import type { TreeManifest } from '@slipway/tree';
import type { Command } from 'commander';
import { loadManifests } from '../built/image-manifest.ts';
import type { CommandContext } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { formatComparison, listComparison } from '../output/describe-comparison.ts';
import { withListFormat } from '../output/list-table.ts';
import type { Run } from '../run-command.ts';

export function addImageDiff(parent: Command, run: Run): void {
  withListFormat(parent.command('diff <before> <after>'))
    .description(
      'compare two images: packages, files, units, accounts; by name, or as paths of image directories (out/images/NAME) or manifests; exit status 1 when they differ',
    )
    .option('--all', 'list every file, also those that differ in their time only')
    .action((before: string, after: string, options: { readonly all?: boolean }, command: Command) =>
      run(command, (context) => diff(context, [before, after], options.all ?? false)),
    );
}

async function diff(context: CommandContext, names: readonly [string, string], all: boolean): Promise<CommandOutput> {
  const [before, after] = (await loadManifests(context, names)) as [TreeManifest, TreeManifest];
  const { compareManifests } = await import('@slipway/tree');
  const comparison = compareManifests(before, after);
  return {
    json: { before: before.header.image, after: after.header.image, ...comparison },
    list: listComparison(comparison),
    get text() {
      return formatComparison(comparison, { names, paint: context.paint, all });
    },
    status: comparison.isSame ? 0 : 1,
  };
}
