import { compareFacts, type EntryChange, EntryFacts } from './compare-entries.ts';
import { enabledUnits, type UnitLink } from './enabled-units.ts';
import { countedSizes } from './measure-usage.ts';
import type {
  ManifestEntry,
  ManifestGroup,
  ManifestHeader,
  ManifestPackage,
  ManifestUser,
  TreeManifest,
} from './tree-manifest.ts';

export interface Changes<T, Changed = { readonly before: T; readonly after: T }> {
  readonly added: readonly T[];
  readonly removed: readonly T[];
  readonly changed: readonly Changed[];
}

/** Versions of packages of one name. */
export interface PackageChange {
  readonly name: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export interface ImageTotals {
  readonly packages: number;
  /** Paths that are not directories. */
  readonly files: number;
  /** Bytes of the files, each inode once. */
  readonly size: number;
}

/** How one image differs from another, by what it means. */
export interface ManifestComparison {
  readonly isSame: boolean;
  readonly packages: Changes<ManifestPackage, PackageChange>;
  readonly files: Changes<ManifestEntry, EntryChange>;
  readonly units: Pick<Changes<UnitLink>, 'added' | 'removed'>;
  readonly users: Changes<ManifestUser>;
  readonly groups: Changes<ManifestGroup>;
  readonly totals: { readonly before: ImageTotals; readonly after: ImageTotals };
}

/** Lists are in the order of names and paths; names and reasons of the images themselves are not compared. */
export function compareManifests(before: TreeManifest, after: TreeManifest): ManifestComparison {
  const packages = comparePackages(before.header, after.header);
  const files = compareFiles(before, after);
  const units = compareKeyed(enabledUnits(before.entries), enabledUnits(after.entries), formatKey);
  const users = compareKeyed(before.header.users, after.header.users, ({ name }) => name);
  const groups = compareKeyed(before.header.groups, after.header.groups, ({ name }) => name);
  const lists = [packages, files, units, users, groups].flatMap(({ added, removed, changed }) => [
    ...[added.length, removed.length, changed.length],
  ]);
  return {
    isSame: lists.every((length) => length === 0),
    packages,
    files,
    units: { added: units.added, removed: units.removed },
    users,
    groups,
    totals: { before: totalsOf(before), after: totalsOf(after) },
  };
}

function comparePackages(before: ManifestHeader, after: ManifestHeader): ManifestComparison['packages'] {
  const earlier = Map.groupBy(before.packages, ({ name }) => name);
  const later = Map.groupBy(after.packages, ({ name }) => name);
  const names = [...new Set([...earlier.keys(), ...later.keys()])].sort();
  const changed = names.flatMap((name): PackageChange[] => {
    const [old, now] = [versionsOf(earlier.get(name)), versionsOf(later.get(name))];
    const differ = old.length > 0 && now.length > 0 && old.join('\n') !== now.join('\n');
    return differ ? [{ name, before: old, after: now }] : [];
  });
  return {
    added: names.flatMap((name) => (earlier.has(name) ? [] : (later.get(name) ?? []))),
    removed: names.flatMap((name) => (later.has(name) ? [] : (earlier.get(name) ?? []))),
    changed,
  };
}

function versionsOf(packages: readonly ManifestPackage[] = []): string[] {
  return packages.map(({ nevra }) => nevra).sort();
}

function compareFiles(before: TreeManifest, after: TreeManifest): ManifestComparison['files'] {
  const earlier = new Map(before.entries.map((entry) => [entry.path, entry]));
  const [earlierFacts, laterFacts] = [new EntryFacts(before), new EntryFacts(after)];
  const added: ManifestEntry[] = [];
  const changed: EntryChange[] = [];
  for (const entry of after.entries) {
    const known = earlier.get(entry.path);
    earlier.delete(entry.path);
    if (known === undefined) {
      added.push(entry);
      continue;
    }
    const changes = compareFacts(earlierFacts.of(known), laterFacts.of(entry));
    if (changes.length > 0) {
      changed.push({ path: entry.path, from: entry.from, changes });
    }
  }
  return { added, removed: [...earlier.values()], changed };
}

function compareKeyed<T>(before: readonly T[], after: readonly T[], keyOf: (item: T) => string): Changes<T> {
  const earlier = new Map(before.map((item) => [keyOf(item), item]));
  const later = new Map(after.map((item) => [keyOf(item), item]));
  return {
    added: [...later].filter(([key]) => !earlier.has(key)).map(([, item]) => item),
    removed: [...earlier].filter(([key]) => !later.has(key)).map(([, item]) => item),
    changed: [...later].flatMap(([key, item]) => {
      const known = earlier.get(key);
      return known === undefined || formatKey(known) === formatKey(item) ? [] : [{ before: known, after: item }];
    }),
  };
}

/** Flat values, with their members in one order. */
function formatKey(item: unknown): string {
  return JSON.stringify(item);
}

function totalsOf({ header, entries }: TreeManifest): ImageTotals {
  let size = 0;
  let files = 0;
  for (const counted of countedSizes(entries)) {
    size += counted.size;
    files += counted.entry.type === 'directory' ? 0 : 1;
  }
  return { packages: header.packages.length, files, size };
}
