import { plural } from '@slipway/core';
import type { ManifestScriptlet } from '@slipway/tree';
import type { Command } from 'commander';
import { loadImageManifest } from '../built/image-manifest.ts';
import { type CommandContext, loadNamedProject } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { formatTable } from '../output/format-table.ts';
import { withListFormat } from '../output/list-table.ts';
import type { Run } from '../run-command.ts';
import { namedImage } from './named.ts';

/** Digits of a digest that people compare by eye. */
const shownDigits = 16;

export function addImageScriptlets(parent: Command, run: Run): void {
  withListFormat(parent.command('scriptlets <name>'))
    .description('list every scriptlet of the packages of an image and what became of it; none is ever run')
    .action((name: string, _options: unknown, command: Command) =>
      run(command, (context) => listScriptlets(context, name)),
    );
}

async function listScriptlets(context: CommandContext, name: string): Promise<CommandOutput> {
  const project = await loadNamedProject(context);
  const image = namedImage(project, name).name;
  const { scriptlets } = (await loadImageManifest(project, image)).header;
  return {
    json: { image, scriptlets },
    list: { columns, rows: scriptlets.map((each) => rowOf(each, each.sha256)) },
    text: formatScriptlets(image, scriptlets),
  };
}

const columns = [
  { title: 'package' },
  { title: 'scriptlet' },
  { title: 'decision' },
  { title: 'reason' },
  { title: 'sha256' },
] as const;

function rowOf(scriptlet: ManifestScriptlet, digest: string): string[] {
  return [scriptlet.package, `%${scriptlet.kind}`, scriptlet.decision, scriptlet.reason, digest];
}

function formatScriptlets(image: string, scriptlets: readonly ManifestScriptlet[]): string {
  if (scriptlets.length === 0) {
    return `The packages of ${image} have no scriptlets.\n`;
  }
  const rows = scriptlets.map((each) => rowOf(each, each.sha256.slice(0, shownDigits)));
  const counts = [...Map.groupBy(scriptlets, ({ decision }) => decision)].sort(([a], [b]) => (a < b ? -1 : 1));
  const said = counts.map(([decision, { length }]) => `${length} ${decision}`).join(', ');
  return `${formatTable(columns, rows)}\n${plural(scriptlets.length, 'scriptlet')}: ${said}\n`;
}
