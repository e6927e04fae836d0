import { resolve } from 'node:path';
import { formatCount, plural, writeFileAtomically } from '@slipway/core';
import type { EntryUsage, ManifestEntry, ManifestIndex, TreeManifest } from '@slipway/tree';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { loadImageManifest } from '../built/image-manifest.ts';
import { type CommandContext, loadNamedProject } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { formatBytes, formatShare } from '../output/format-amount.ts';
import { formatTable } from '../output/format-table.ts';
import { shownPath } from '../output/shown-path.ts';
import type { Run } from '../run-command.ts';
import { namedImage } from './named.ts';

const formats = ['table', 'json', 'csv', 'markdown', 'html'] as const;

interface TreeOptions {
  readonly depth: number;
  readonly format: (typeof formats)[number];
  readonly output?: string;
}

export function addImageTree(parent: Command, run: Run): void {
  parent
    .command('tree <name> [path]')
    .description('show what is in an image, with sizes and where it comes from; as HTML, a map of the sizes')
    .option('--depth <levels>', 'levels below the path', parseDepth, 1)
    .addOption(new Option('--format <format>', 'form of the output').choices(formats).default('table'))
    .option('--output <file>', 'write the map (--format html) to a file')
    .action((name: string, path: string | undefined, options: TreeOptions, command: Command) =>
      run(command, (context) => showTree(context, { name, path: path ?? '/' }, options)),
    );
}

function parseDepth(text: string): number {
  if (!/^\d{1,4}$/.test(text)) {
    throw new InvalidArgumentError('It is a number of levels, from 0.');
  }
  return Number(text);
}

async function showTree(
  context: CommandContext,
  asked: { readonly name: string; readonly path: string },
  options: TreeOptions,
): Promise<CommandOutput> {
  const project = await loadNamedProject(context);
  const image = namedImage(project, asked.name).name;
  const manifest = await loadImageManifest(project, image);
  if (options.format === 'html') {
    return showMap(context, manifest, options.output);
  }
  const [tree, { namedEntry }] = await Promise.all([import('@slipway/tree'), import('../built/manifest-paths.ts')]);
  const index = new tree.ManifestIndex(manifest);
  const root = followed(index, namedEntry(index, asked.path, image));
  const usages = largestFirst(
    tree.measureUsage(manifest.entries, { root: root.path, depth: options.depth }),
    root.path,
  );
  const names = new Map(manifest.header.packages.map(({ nevra, name }) => [nevra, name]));
  return {
    json: { image, path: root.path, entries: usages.map(describe) },
    list: listOf(usages),
    get text() {
      return formatTree(usages, names);
    },
  };
}

/** A link to a directory, such as /bin, is asked about for what is in that. */
function followed(index: ManifestIndex, entry: ManifestEntry): ManifestEntry {
  const target = entry.type === 'symlink' ? index.get(index.resolve(entry.path, true)) : undefined;
  return target?.type === 'directory' ? target : entry;
}

async function showMap(context: CommandContext, manifest: TreeManifest, output: string | undefined) {
  const { formatTreemapHtml } = await import('@slipway/release');
  const page = formatTreemapHtml(manifest);
  if (output === undefined) {
    return { json: manifest, text: page };
  }
  const file = resolve(context.machine.directory, output);
  await writeFileAtomically(file, page);
  const text = `The map of ${manifest.header.image} is in ${shownPath(file, context.machine.directory)}.\n`;
  return { json: { file, format: 'html' }, text };
}

/** Siblings by size, then by name; each directory before what is in it. */
function largestFirst(usages: readonly EntryUsage[], root: string): EntryUsage[] {
  const children = Map.groupBy(usages, ({ entry: { path } }) => (path === root ? '' : parentOf(path)));
  const below = (path: string): EntryUsage[] =>
    (children.get(path) ?? []).toSorted((a, b) => b.size - a.size).flatMap((each) => [each, ...below(each.entry.path)]);
  return below('');
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}

function describe({ entry, size, files, origins }: EntryUsage) {
  return { ...entry, mode: entry.mode.toString(8).padStart(4, '0'), size, files, origins };
}

function listOf(usages: readonly EntryUsage[]) {
  const columns = [
    { title: 'path' },
    { title: 'type' },
    { title: 'bytes', align: 'right' },
    { title: 'files', align: 'right' },
    { title: 'from' },
  ] as const;
  const rows = usages.map(({ entry, size, files, origins }) => [
    ...[entry.path, entry.type, String(size), String(files)],
    origins.map(({ name }) => name).join(' '),
  ]);
  return { columns, rows };
}

function formatTree(usages: readonly EntryUsage[], names: ReadonlyMap<string, string>): string {
  const [top] = usages;
  if (top === undefined) {
    return '';
  }
  const columns = [
    { title: 'path' },
    { title: 'size', align: 'right' },
    { title: 'share', align: 'right' },
    { title: 'files', align: 'right' },
    { title: 'from' },
  ] as const;
  const rows = usages.map((usage) => [
    shownName(usage.entry, top.entry.path),
    formatBytes(usage.size),
    formatShare(usage.size, top.size),
    usage.entry.type === 'directory' ? formatCount(usage.files) : '',
    originText(usage, names),
  ]);
  const packages = top.origins.filter(({ kind }) => kind === 'package').length;
  const whole = `${formatBytes(top.size)} in ${plural(top.files, 'file')} of ${plural(packages, 'package')}`;
  return `${formatTable(columns, rows)}\n${whole}\n`;
}

/** Below the first row only the last names, moved in: the rest is above them. */
function shownName(entry: ManifestEntry, root: string): string {
  const depth = entry.path === root ? 0 : entry.path.slice(root === '/' ? 0 : root.length).split('/').length - 1;
  const name = depth === 0 ? entry.path : entry.path.slice(entry.path.lastIndexOf('/') + 1);
  const mark = entry.type === 'directory' && entry.path !== '/' ? '/' : '';
  const target = entry.type === 'symlink' ? ` -> ${entry.target}` : '';
  return `${'  '.repeat(depth)}${name}${mark}${target}`;
}

/** The largest origin of a directory with its share, and how many others there are. */
function originText({ entry, size, origins }: EntryUsage, names: ReadonlyMap<string, string>): string {
  const [first, ...others] = origins;
  if (first === undefined) {
    return '';
  }
  if (entry.type !== 'directory') {
    return first.name;
  }
  const share = size === 0 || others.length === 0 ? '' : ` (${formatShare(first.size, size)})`;
  const rest = others.length === 0 ? '' : ` and ${formatCount(others.length)} more`;
  return `${names.get(first.name) ?? first.name}${share}${rest}`;
}
