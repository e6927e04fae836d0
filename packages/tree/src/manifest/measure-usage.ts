import { parentPath } from '../tree-path.ts';
import type { EntryOrigin, ManifestEntry } from './tree-manifest.ts';

/** What an entry and everything below it take. */
export interface EntryUsage {
  readonly entry: ManifestEntry;
  /** Sum of the sizes of files in bytes; each inode counts once, where its first path is. */
  readonly size: number;
  /** Paths that are not directories. */
  readonly files: number;
  /** Packages and rules by their shares in `size`, the largest first, then by name. */
  readonly origins: readonly OriginUsage[];
}

export interface OriginUsage {
  /** NEVRA of a package, or name of a rule. */
  readonly name: string;
  readonly kind: 'package' | 'rule';
  readonly size: number;
}

/** Usage of `root` and of what is up to `depth` levels below it, in the order of `entries` (that of a manifest). */
export function measureUsage(
  entries: Iterable<ManifestEntry>,
  { root, depth }: { readonly root: string; readonly depth: number },
): EntryUsage[] {
  const shown = new Map<string, Sum>();
  for (const { entry, size } of countedSizes(entries)) {
    if (!isWithin(entry.path, root)) {
      continue;
    }
    if (levelsBelow(entry.path, root) <= depth) {
      shown.set(entry.path, new Sum(entry));
    }
    for (let path = entry.path; isWithin(path, root); path = parentPath(path)) {
      shown.get(path)?.add(entry, size);
      if (path === '/') {
        break;
      }
    }
  }
  return [...shown.values()].map((sum) => sum.usage());
}

/** Every entry with the bytes that it adds: 0 for further names of a file that has several. */
export function* countedSizes(
  entries: Iterable<ManifestEntry>,
): Generator<{ readonly entry: ManifestEntry; readonly size: number }> {
  const counted = new Set<number>();
  for (const entry of entries) {
    const isFurtherName = entry.hardLink !== undefined && counted.has(entry.hardLink);
    if (entry.hardLink !== undefined) {
      counted.add(entry.hardLink);
    }
    yield { entry, size: entry.type === 'file' && !isFurtherName ? entry.size : 0 };
  }
}

/** What an entry counts for: the first package, or the rule. */
export function originName(origin: EntryOrigin): string {
  return 'rule' in origin ? origin.rule : (origin.packages[0] as string);
}

class Sum {
  readonly #entry: ManifestEntry;
  readonly #origins = new Map<string, { kind: OriginUsage['kind']; size: number }>();
  #size = 0;
  #files = 0;

  constructor(entry: ManifestEntry) {
    this.#entry = entry;
  }

  add(entry: ManifestEntry, size: number): void {
    this.#size += size;
    this.#files += entry.type === 'directory' ? 0 : 1;
    if (entry.type === 'directory' && entry !== this.#entry) {
      return; // directories are shared, and take nothing: what is in them tells more
    }
    const name = originName(entry.from);
    const sum = this.#origins.get(name) ?? { kind: 'rule' in entry.from ? 'rule' : 'package', size: 0 };
    sum.size += size;
    this.#origins.set(name, sum);
  }

  usage(): EntryUsage {
    const origins = [...this.#origins].map(([name, { kind, size }]) => ({ name, kind, size }));
    origins.sort((a, b) => b.size - a.size || (a.name < b.name ? -1 : 1));
    return { entry: this.#entry, size: this.#size, files: this.#files, origins };
  }
}

function isWithin(path: string, root: string): boolean {
  return root === '/' || path === root || path.startsWith(`${root}/`);
}

function levelsBelow(path: string, root: string): number {
  return levels(path) - levels(root);
}

function levels(path: string): number {
  return path === '/' ? 0 : path.split('/').length - 1;
}
