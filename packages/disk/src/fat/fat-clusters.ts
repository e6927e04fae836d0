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
  /** Of every directory and file, ascending: a chain is consecutive clusters. */
  readonly chains: readonly ClusterChain[];
  readonly usedClusters: number;
  /** Used clusters and the gaps between them. */
  readonly spannedClusters: number;
}

export interface ClusterChain {
  readonly first: number;
  readonly last: number;
}

export interface FatPlacement {
  readonly label: Buffer | undefined;
  readonly createdAt: number;
  /** Files begin at multiples of this in the volume. */
  readonly fileAlignmentBytes: number;
}

/** Directories first, the root before all, then the files in their order; the clusters may exceed the volume. */
export function placeFatTree(
  tree: FatTree,
  geometry: FatGeometry,
  { label, createdAt, fileAlignmentBytes }: FatPlacement,
): PlacedFatTree {
  const clusters = new ClusterPlacement(geometry);
  const time = fatTime(createdAt);
  for (const directory of tree.directories) {
    clusters.placeDirectory(directory, label);
  }
  for (const file of tree.files) {
    clusters.placeFile(file, fileAlignmentBytes);
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
  return { directories, files, ...clusters.result() };
}

/** Gives consecutive clusters in the order of the calls. */
class ClusterPlacement {
  readonly #chains: ClusterChain[] = [];
  readonly #geometry: FatGeometry;
  readonly #starts = new Map<Node, number>();
  #next = firstCluster;

  constructor(geometry: FatGeometry) {
    this.#geometry = geometry;
  }

  result(): Pick<PlacedFatTree, 'chains' | 'usedClusters' | 'spannedClusters'> {
    return {
      chains: this.#chains,
      usedClusters: this.#chains.reduce((sum, { first, last }) => sum + last + 1 - first, 0),
      spannedClusters: this.#next - firstCluster,
    };
  }

  placeFile(node: FatTreeFile, alignmentBytes: number): void {
    while (node.file.sizeBytes > 0 && clusterOffset(this.#geometry, this.#next) % alignmentBytes !== 0) {
      this.#next++;
    }
    this.place(node, node.file.sizeBytes);
  }

  place(node: Node, sizeBytes: number): void {
    const clusters = Math.ceil(sizeBytes / clusterBytes(this.#geometry));
    if (clusters > 0) {
      this.#starts.set(node, this.#next);
      this.#chains.push({ first: this.#next, last: this.#next + clusters - 1 });
      this.#next += clusters;
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
