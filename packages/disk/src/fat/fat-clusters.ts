import { SlipwayError } from '@slipway/core';
import { attributes, type FatEntry, fatTime, writeEntry } from './fat-entries.ts';
import { clusterBytes, clusterOffset, entrySize, type FatGeometry, firstCluster, sectorSize } from './fat-geometry.ts';
import { entriesFor, type FatName } from './fat-names.ts';
import type { FatTree, FatTreeDirectory, FatTreeFile } from './fat-tree.ts';
import type { FatFile } from './plan-fat.ts';

type Node = FatTreeDirectory | FatTreeFile;

export interface PlacedFatTree {
  readonly directories: readonly { readonly offset: number; readonly bytes: Buffer }[];
  readonly files: readonly { readonly offset: number; readonly file: FatFile }[];
  /** Last cluster of every directory and file, ascending: chains are consecutive clusters. */
  readonly chainEnds: readonly number[];
  readonly usedClusters: number;
}

/** Directories first, the root before all, then the files in their order; the clusters may exceed the volume. */
export function placeFatTree(
  tree: FatTree,
  geometry: FatGeometry,
  { label, createdAt }: { label: Buffer | undefined; createdAt: number },
): PlacedFatTree {
  const clusters = new ClusterPlacement(geometry);
  const time = fatTime(createdAt);
  for (const directory of tree.directories) {
    clusters.placeDirectory(directory, label);
  }
  for (const file of tree.files) {
    clusters.place(file, file.file.sizeBytes);
  }
  const directories = tree.directories.map((directory) => {
    const entries = [
      ...ownEntries(directory, label, clusters),
      ...directory.children.map((child) => clusters.entry(child)),
    ];
    const bytes = Buffer.concat(entries.map((entry) => writeEntry(entry, time)));
    return { offset: clusters.offsetOf(directory), bytes };
  });
  const files = tree.files.map((file) => ({ offset: clusters.offsetOf(file), file: file.file }));
  return { directories, files, chainEnds: clusters.chainEnds, usedClusters: clusters.used };
}

/** Gives consecutive clusters in the order of the calls. */
class ClusterPlacement {
  readonly chainEnds: number[] = [];
  readonly #geometry: FatGeometry;
  readonly #starts = new Map<Node, number>();
  #next = firstCluster;

  constructor(geometry: FatGeometry) {
    this.#geometry = geometry;
  }

  get used(): number {
    return this.#next - firstCluster;
  }

  place(node: Node, sizeBytes: number): void {
    const clusters = Math.ceil(sizeBytes / clusterBytes(this.#geometry));
    if (clusters > 0) {
      this.#starts.set(node, this.#next);
      this.#next += clusters;
      this.chainEnds.push(this.#next - 1);
    }
  }

  /** The root of FAT16 has an area of its own instead of clusters. */
  placeDirectory(directory: FatTreeDirectory, label: Buffer | undefined): void {
    const children = directory.children.reduce((sum, child) => sum + entriesFor(child.name), 0);
    const bytes = (children + ownEntries(directory, label, this).length) * entrySize;
    const area = this.#geometry.rootSectors * sectorSize;
    if (directory.parent !== undefined || area === 0) {
      this.place(directory, Math.max(bytes, 1));
    } else if (bytes > area) {
      throw new SlipwayError('DISK_FAT_UNREPRESENTABLE', 'Cannot store /: FAT16 has 512 entries in it', {
        hint: 'move the files into a directory, or choose FAT32',
      });
    }
  }

  /** 0 for empty files, and for the root, which `..` entries do not name by its cluster. */
  clusterOf(node: Node): number {
    return node.kind === 'directory' && node.parent === undefined ? 0 : (this.#starts.get(node) ?? 0);
  }

  offsetOf(node: Node): number {
    const start = this.#starts.get(node);
    const { dataStart, rootSectors } = this.#geometry;
    return start === undefined ? (dataStart - rootSectors) * sectorSize : clusterOffset(this.#geometry, start);
  }

  entry(node: Node, name: FatName = node.name): FatEntry {
    return node.kind === 'directory'
      ? { name, attribute: attributes.directory, cluster: this.clusterOf(node), sizeBytes: 0 }
      : { name, attribute: attributes.archive, cluster: this.clusterOf(node), sizeBytes: node.file.sizeBytes };
  }
}

/** The entries that are not children: the label of the volume, or `.` and `..`. */
function ownEntries(directory: FatTreeDirectory, label: Buffer | undefined, clusters: ClusterPlacement): FatEntry[] {
  if (directory.parent === undefined) {
    const name = label && { short: label, long: undefined };
    return name === undefined ? [] : [{ name, attribute: attributes.volumeLabel, cluster: 0, sizeBytes: 0 }];
  }
  return [clusters.entry(directory, dotName('.')), clusters.entry(directory.parent, dotName('..'))];
}

function dotName(name: string): FatName {
  return { short: Buffer.from(name.padEnd(11), 'latin1'), long: undefined };
}
