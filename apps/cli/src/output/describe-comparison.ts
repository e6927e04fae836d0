import { formatCount, plural } from '@slipway/core';
import type {
  EntryChange,
  FactChange,
  ManifestComparison,
  ManifestEntry,
  ManifestGroup,
  ManifestUser,
  UnitLink,
} from '@slipway/tree';
import { formatBytes } from './format-amount.ts';
import { formatTable } from './format-table.ts';
import type { ListTable } from './list-table.ts';
import type { Paint } from './paint.ts';
import { printable } from './printable.ts';

/** Files of one kind of change that are listed; the rest is counted. */
const shownFiles = 25;

export interface ComparisonOptions {
  /** The images as they were asked for. */
  readonly names: readonly [before: string, after: string];
  readonly paint: Paint;
  /** List every file. */
  readonly all: boolean;
}

/** How two images differ, for people: the whole, then packages, units, accounts and files. */
export function formatComparison(comparison: ManifestComparison, options: ComparisonOptions): string {
  const { totals, isSame } = comparison;
  if (isSame) {
    const { packages, files, size } = totals.after;
    const whole = `${plural(packages, 'package')}, ${plural(files, 'file')}, ${formatBytes(size)}`;
    return `Both images hold the same: ${whole}.\n`;
  }
  const sections = [
    totalTable(comparison, options),
    ...section('Packages', packageLines(comparison), options),
    ...section('Units', unitLines(comparison), options),
    ...section('Users', accountLines(comparison.users), options),
    ...section('Groups', accountLines(comparison.groups), options),
    ...fileSections(comparison, options),
  ];
  return sections.join('\n');
}

type Sign = '+' | '-' | '~';
type Line = readonly [sign: Sign, text: string];

const colours = { '+': 'green', '-': 'red', '~': 'yellow' } as const;

function section(title: string, lines: readonly Line[], { paint }: ComparisonOptions): string[] {
  return lines.length === 0
    ? []
    : [`${paint('bold', title)}\n${lines.map((line) => formatLine(line, paint)).join('')}`];
}

function formatLine([sign, text]: Line, paint: Paint): string {
  return `  ${paint(colours[sign], sign)} ${printable(text).replaceAll('\n', ' ')}\n`;
}

function totalTable({ totals: { before, after } }: ManifestComparison, { names }: ComparisonOptions): string {
  const columns = [
    { title: '' },
    { title: names[0], align: 'right' },
    { title: names[1], align: 'right' },
    { title: 'change', align: 'right' },
  ] as const;
  const row = (title: string, key: keyof typeof before, format: (count: number) => string) => {
    const change = after[key] - before[key];
    return [title, format(before[key]), format(after[key]), signed(change, format)];
  };
  return formatTable(columns, [
    row('packages', 'packages', formatCount),
    row('files', 'files', formatCount),
    row('size', 'size', formatBytes),
  ]);
}

function signed(change: number, format: (count: number) => string): string {
  return change === 0 ? '' : `${change > 0 ? '+' : '-'}${format(Math.abs(change))}`;
}

function packageLines({ packages: { added, removed, changed } }: ManifestComparison): Line[] {
  return [
    ...added.map(({ nevra }): Line => ['+', nevra]),
    ...removed.map(({ nevra }): Line => ['-', nevra]),
    ...changed.map(({ before, after }): Line => ['~', `${before.join(', ')} → ${after.join(', ')}`]),
  ];
}

function unitLines({ units: { added, removed } }: ManifestComparison): Line[] {
  return [...added.map((link): Line => ['+', unitText(link)]), ...removed.map((link): Line => ['-', unitText(link)])];
}

function unitText({ scope, unit, state, by }: UnitLink): string {
  const what = by === '' ? state : `${state}: ${by}`;
  return `${unit} ${what}${scope === 'user' ? ', for users' : ''}`;
}

function accountLines<T extends ManifestUser | ManifestGroup>({
  added,
  removed,
  changed,
}: {
  readonly added: readonly T[];
  readonly removed: readonly T[];
  readonly changed: readonly { readonly before: T; readonly after: T }[];
}): Line[] {
  return [
    ...added.map((account): Line => ['+', `${account.name} (${idOf(account)})`]),
    ...removed.map((account): Line => ['-', `${account.name} (${idOf(account)})`]),
    ...changed.map(({ before, after }): Line => ['~', `${after.name}: ${accountChanges(before, after)}`]),
  ];
}

function idOf(account: ManifestUser | ManifestGroup): number {
  return 'uid' in account ? account.uid : account.gid;
}

function accountChanges(before: object, after: object): string {
  const earlier = new Map(Object.entries(before));
  return Object.entries(after)
    .filter(([key, value]) => String(earlier.get(key)) !== String(value))
    .map(([key, value]) => `${key} ${String(earlier.get(key)) || 'none'} → ${String(value) || 'none'}`)
    .join(', ');
}

function fileSections({ files }: ManifestComparison, options: ComparisonOptions): string[] {
  const told = options.all ? files.changed : files.changed.filter((change) => !isTimeOnly(change));
  const sections = [
    ['added', topmost(files.added).map((each): Line => ['+', entryText(each)])],
    ['removed', topmost(files.removed).map((each): Line => ['-', entryText(each)])],
    [
      'changed',
      told.map((each): Line => ['~', `${each.path}: ${each.changes.map(factText).filter(Boolean).join(', ')}`]),
    ],
  ] as const;
  const counts = { added: files.added.length, removed: files.removed.length, changed: told.length };
  const silent = files.changed.length - told.length;
  return [
    ...sections.flatMap(([kind, lines]) => fileSection(`Files ${kind}: ${formatCount(counts[kind])}`, lines, options)),
    ...(silent === 0
      ? []
      : [`${plural(silent, 'path')} ${silent === 1 ? 'differs' : 'differ'} in time only; --all lists them.\n`]),
  ];
}

function fileSection(title: string, lines: readonly Line[], options: ComparisonOptions): string[] {
  const shown = options.all ? lines : lines.slice(0, shownFiles);
  const more = lines.length - shown.length;
  return section(title, shown, options).map(
    (text) => `${text}${more > 0 ? `  … ${formatCount(more)} more; --all lists them\n` : ''}`,
  );
}

function isTimeOnly({ changes }: EntryChange): boolean {
  return changes.every(({ what }) => what === 'time');
}

interface Topmost {
  readonly entry: ManifestEntry;
  /** Entries of the list that are below it. */
  below: number;
}

/** A directory that came or went with everything in it is told once. */
function topmost(entries: readonly ManifestEntry[]): Topmost[] {
  const found: Topmost[] = [];
  for (const entry of entries) {
    const last = found.at(-1);
    if (last?.entry.type === 'directory' && entry.path.startsWith(`${last.entry.path}/`)) {
      last.below++;
    } else {
      found.push({ entry, below: 0 });
    }
  }
  return found;
}

function entryText({ entry, below }: Topmost): string {
  switch (entry.type) {
    case 'directory':
      return `${entry.path}/${below === 0 ? '' : ` with ${formatCount(below)} below it`}`;
    case 'file':
      return `${entry.path} (${formatBytes(entry.size)})`;
    case 'symlink':
      return `${entry.path} -> ${entry.target}`;
    default:
      return `${entry.path} (${entry.type.replace('-', ' ')})`;
  }
}

function factText({ what, before, after }: FactChange): string {
  switch (what) {
    case 'content':
      return what;
    case 'size':
      return before === '' || after === '' ? '' : `size ${formatBytes(Number(before))} → ${formatBytes(Number(after))}`;
    case 'time':
      return `time ${timeText(before)} → ${timeText(after)}`;
    default:
      return `${what} ${before || 'none'} → ${after || 'none'}`;
  }
}

function timeText(seconds: string): string {
  const date = new Date(Number(seconds) * 1000);
  return Number.isNaN(date.getTime()) ? seconds : date.toISOString().slice(0, 19);
}

/** One row for each fact that differs, for programs that read tables. */
export function listComparison({ packages, units, users, groups, files }: ManifestComparison): ListTable {
  const titles = ['kind', 'change', 'name', 'fact', 'before', 'after'];
  const named = (kind: string, added: readonly string[], removed: readonly string[]) => [
    ...added.map((name) => [kind, 'added', name, '', '', '']),
    ...removed.map((name) => [kind, 'removed', name, '', '', '']),
  ];
  const nevras = (list: readonly { readonly nevra: string }[]) => list.map(({ nevra }) => nevra);
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
  const paths = (list: readonly ManifestEntry[]) => list.map(({ path }) => path);
  const account = (kind: string, changed: readonly { readonly before: { name: string }; readonly after: object }[]) =>
    changed.map(({ before, after }) => [kind, 'changed', before.name, accountChanges(before, after), '', '']);
  return {
    columns: titles.map((title) => ({ title })),
    rows: [
      ...named('package', nevras(packages.added), nevras(packages.removed)),
      ...packages.changed.map(({ name, before, after }) => [
        ...['package', 'changed', name, 'version', before.join(' '), after.join(' ')],
      ]),
      ...named('unit', units.added.map(unitText), units.removed.map(unitText)),
      ...[...named('user', names(users.added), names(users.removed)), ...account('user', users.changed)],
      ...[...named('group', names(groups.added), names(groups.removed)), ...account('group', groups.changed)],
      ...named('file', paths(files.added), paths(files.removed)),
      ...files.changed.flatMap(({ path, changes }) =>
        changes.map(({ what, before, after }) => ['file', 'changed', path, what, before, after]),
      ),
    ],
  };
}
