import { resolvePath } from '../resolve-path.ts';
import { parentPath } from '../tree-path.ts';
import type { ManifestEntry, TreeManifest } from './tree-manifest.ts';

/** The entries of a manifest by path. */
export class ManifestIndex {
  readonly #entries = new Map<string, ManifestEntry>();
  readonly #children = new Map<string, ManifestEntry[]>();

  constructor({ entries }: TreeManifest) {
    for (const entry of entries) {
      this.#entries.set(entry.path, entry);
      if (entry.type === 'directory') {
        this.#children.set(entry.path, []);
      }
      if (entry.path !== '/') {
        this.#children.get(parentPath(entry.path))?.push(entry);
      }
    }
  }

  get(path: string): ManifestEntry | undefined {
    return this.#entries.get(path);
  }

  paths(): Iterable<string> {
    return this.#entries.keys();
  }

  /** Entries of a directory, in order; none for anything else. */
  children(path: string): readonly ManifestEntry[] {
    return this.#children.get(path) ?? [];
  }

  /** As `FileTree.resolve`: where a path is behind the symbolic links of its directories. */
  resolve(path: string, followLast = false): string {
    const targetOf = (place: string) => {
      const entry = this.#entries.get(place);
      return entry?.type === 'symlink' ? entry.target : undefined;
    };
    return resolvePath(path, { targetOf, followLast });
  }
}
