import { baseName, countedSizes, type ManifestEntry, originName, parentPath, type TreeManifest } from '@slipway/tree';
import { visibleText } from '../text/visible-text.ts';

/** A file: name, bytes, index of its origin. */
type FileNode = readonly [name: string, size: number, origin: number];
/** A directory: name and what is in it. */
type DirectoryNode = readonly [name: string, children: (FileNode | DirectoryNode)[]];

/** What the script of the page draws: paths that take bytes, in the shortest form. */
export interface TreemapData {
  /** Packages by name, and rules. */
  readonly origins: readonly { readonly name: string; readonly kind: 'package' | 'rule'; readonly detail: string }[];
  readonly root: DirectoryNode;
}

/** Paths without bytes (directories without files, links, empty files) take no part of the picture. */
export function treemapData({ header, entries }: TreeManifest): TreemapData {
  const names = new Map(header.packages.map(({ nevra, name }) => [nevra, name]));
  const origins = new Origins(names);
  const root: DirectoryNode = ['/', []];
  const directories = new Map<string, DirectoryNode>([['/', root]]);
  for (const { entry, size } of countedSizes(entries)) {
    if (size > 0) {
      const node: FileNode = [visibleText(baseName(entry.path)), size, origins.indexOf(entry)];
      directoryOf(parentPath(entry.path), directories)[1].push(node);
    }
  }
  return { origins: origins.list, root };
}

function directoryOf(path: string, directories: Map<string, DirectoryNode>): DirectoryNode {
  const known = directories.get(path);
  if (known !== undefined) {
    return known;
  }
  const node: DirectoryNode = [visibleText(baseName(path)), []];
  directories.set(path, node);
  directoryOf(parentPath(path), directories)[1].push(node);
  return node;
}

class Origins {
  readonly list: { name: string; kind: 'package' | 'rule'; detail: string }[] = [];
  readonly #names: ReadonlyMap<string, string>;
  readonly #indices = new Map<string, number>();

  constructor(names: ReadonlyMap<string, string>) {
    this.#names = names;
  }

  indexOf({ from }: ManifestEntry): number {
    const detail = originName(from);
    const kind = 'rule' in from ? 'rule' : 'package';
    const key = `${kind} ${detail}`;
    const known = this.#indices.get(key);
    if (known !== undefined) {
      return known;
    }
    const name = kind === 'rule' ? detail : (this.#names.get(detail) ?? detail);
    this.#indices.set(key, this.list.length);
    return this.list.push({ name: visibleText(name), kind, detail: visibleText(detail) }) - 1;
  }
}
