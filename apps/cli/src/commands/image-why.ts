import { formatCount, SlipwayError } from '@slipway/core';
import type { Project } from '@slipway/project';
import type { EntryOrigin, ManifestEntry, ManifestHeader, ManifestIndex, ManifestRemoval } from '@slipway/tree';
import type { Command } from 'commander';
import { loadResolution, type ResolutionReport } from '../built/built-reports.ts';
import { explainPackage, type WhyStep } from '../built/explain-package.ts';
import { loadImageManifest } from '../built/image-manifest.ts';
import { type CommandContext, loadNamedProject } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import { formatBytes } from '../output/format-amount.ts';
import { printable } from '../output/printable.ts';
import type { Run } from '../run-command.ts';
import { namedImage } from './named.ts';

/** Packages of a shared directory that are named; the rest is counted. */
const namedPackages = 5;

export function addImageWhy(parent: Command, run: Run): void {
  parent
    .command('why <name> <path>')
    .description('explain a file of an image: which package or rule put it there, and why that package is in the image')
    .action((name: string, path: string, _options: unknown, command: Command) =>
      run(command, (context) => explain(context, name, path)),
    );
}

async function explain(context: CommandContext, name: string, path: string): Promise<CommandOutput> {
  const project = await loadNamedProject(context);
  const image = namedImage(project, name).name;
  const manifest = await loadImageManifest(project, image);
  const [{ ManifestIndex }, { absolutePath, namedEntry }] = await Promise.all([
    import('@slipway/tree'),
    import('../built/manifest-paths.ts'),
  ]);
  const index = new ManifestIndex(manifest);
  const resolution = await resolutionOf(project, image);
  const explainer: Explainer = { header: manifest.header, index, resolution };
  const place = index.resolve(absolutePath(path));
  const removal = manifest.header.removals.find(({ entries }) => entries.some((entry) => entry.path === place));
  return removal !== undefined && index.get(place) === undefined
    ? explainRemoval(explainer, place, removal)
    : explainEntry(explainer, namedEntry(index, path, image), absolutePath(path));
}

interface Explainer {
  readonly header: ManifestHeader;
  readonly index: ManifestIndex;
  /** Absent where the reports were taken away. */
  readonly resolution: ResolutionReport | undefined;
}

async function resolutionOf(project: Project, image: string): Promise<ResolutionReport | undefined> {
  try {
    return await loadResolution(project, image);
  } catch (cause) {
    if (cause instanceof SlipwayError && cause.code === 'CLI_NOT_BUILT') {
      return undefined;
    }
    throw cause;
  }
}

function explainEntry(explainer: Explainer, entry: ManifestEntry, asked: string): CommandOutput {
  const { header, index } = explainer;
  const { path, from, replaced = [], adjusted = [] } = entry;
  const chain = chainOf(explainer, from);
  const target = targetOf(index, entry);
  const through = asked === path ? '' : ` (asked for as ${asked})`;
  const lines = [
    `${path}${through}`,
    `  ${describe(entry, header)}`,
    '',
    `It comes from ${originText(from, header)}.`,
    ...chain.map(({ name, reason }, depth) => `${'  '.repeat(depth + 1)}${name}: ${reason}`),
    ...replaced.map((origin) => `It replaced what ${originText(origin, header)} put there.`),
    ...adjusted.map((rule) => `Its attributes are from ${originText({ rule }, header)}.`),
    ...(target === undefined ? [] : [`It leads to ${target.path}, from ${originText(target.from, header)}.`]),
  ];
  return {
    json: { image: header.image, asked, entry: withOctalMode(entry), rules: rulesOf(entry, header), chain },
    text: printable(`${lines.join('\n')}\n`),
  };
}

function explainRemoval(explainer: Explainer, path: string, { glob, reason, entries }: ManifestRemoval): CommandOutput {
  const { header } = explainer;
  const from = entries.find((entry) => entry.path === path)?.from as EntryOrigin;
  const text = [
    `${path} is not in ${header.image}: the image definition removes ${glob}.`,
    `  why: ${reason}`,
    '',
    `It came from ${originText(from, header)}.`,
  ];
  return {
    json: { image: header.image, asked: path, removed: { path, from, glob, reason } },
    text: printable(`${text.join('\n')}\n`),
  };
}

/** Why the package is in the image that an entry comes from. */
function chainOf({ resolution }: Explainer, from: EntryOrigin): readonly WhyStep[] {
  const nevra = 'rule' in from ? undefined : from.packages[0];
  const found = resolution?.packages.find((each) => each.nevra === nevra);
  return found === undefined || resolution === undefined ? [] : explainPackage(resolution, found);
}

function targetOf(index: ManifestIndex, entry: ManifestEntry): ManifestEntry | undefined {
  return entry.type === 'symlink' ? index.get(index.resolve(entry.path, true)) : undefined;
}

function describe(entry: ManifestEntry, { users, groups }: ManifestHeader): string {
  const user = users.find(({ uid }) => uid === entry.uid)?.name ?? String(entry.uid);
  const group = groups.find(({ gid }) => gid === entry.gid)?.name ?? String(entry.gid);
  return [
    kindOf(entry),
    ...(entry.type === 'symlink' ? [] : [`mode ${withOctalMode(entry).mode}`]),
    `${user}:${group}`,
    ...(entry.label === undefined ? [] : [entry.label]),
    ...(entry.capabilities === undefined ? [] : [entry.capabilities]),
    ...(entry.type === 'file' ? [`sha256 ${entry.sha256.slice(0, 16)}`] : []),
  ].join(', ');
}

function kindOf(entry: ManifestEntry): string {
  switch (entry.type) {
    case 'file':
      return `file of ${formatBytes(entry.size)}`;
    case 'symlink':
      return `symbolic link to ${entry.target}`;
    default:
      return entry.type.replace('-', ' ');
  }
}

function originText(origin: EntryOrigin, { rules }: ManifestHeader): string {
  if ('rule' in origin) {
    const meaning = rules.find(({ name }) => name === origin.rule)?.meaning ?? '';
    return `the rule "${origin.rule}": ${meaning}`;
  }
  const { packages } = origin;
  const named = packages.slice(0, namedPackages).join(', ');
  const more = packages.length - namedPackages;
  const rest = more > 0 ? ` and ${formatCount(more)} more` : '';
  return packages.length === 1 ? `the package ${named}` : `${packages.length} packages: ${named}${rest}`;
}

function rulesOf({ from, replaced = [], adjusted = [] }: ManifestEntry, { rules }: ManifestHeader) {
  const named = [from, ...replaced].flatMap((origin) => ('rule' in origin ? [origin.rule] : []));
  return rules.filter(({ name }) => named.includes(name) || adjusted.includes(name));
}

function withOctalMode(entry: ManifestEntry) {
  return { ...entry, mode: entry.mode.toString(8).padStart(4, '0') };
}
