/** Microsoft FAT specification 1.03 (fatgen103), and ECMA-107 for FAT16. */
export const sectorSize = 512;
export const entrySize = 32;

export type FatType = 'fat16' | 'fat32';

interface FatFormat {
  /** Bytes of one entry of the allocation table. */
  readonly tableEntryBytes: number;
  /** The type is defined by the number of clusters alone (fatgen103, "FAT Type Determination"). */
  readonly minClusters: number;
  readonly maxClusters: number;
  readonly reservedSectors: number;
  /** FAT32 has its root directory in clusters. */
  readonly rootSectors: number;
}

export const formats: Readonly<Record<FatType, FatFormat>> = {
  fat16: { tableEntryBytes: 2, minClusters: 4085, maxClusters: 65_524, reservedSectors: 1, rootSectors: 32 },
  fat32: { tableEntryBytes: 4, minClusters: 65_525, maxClusters: 0x0ffffff4, reservedSectors: 32, rootSectors: 0 },
};

/** Number of copies of the allocation table. */
export const tableCopies = 2;
/** Clusters are counted from here. */
export const firstCluster = 2;
const maxSectorsPerCluster = 64;
/** Data begins at a multiple of this many sectors: 4 KiB, the page of flash and the block of sparse files. */
const dataAlignment = 8;

/** The areas of a volume, in sectors: reserved, tables, root directory (FAT16), clusters. */
export interface FatGeometry {
  readonly type: FatType;
  readonly sectors: number;
  readonly sectorsPerCluster: number;
  readonly reservedSectors: number;
  /** Of one copy. */
  readonly tableSectors: number;
  readonly rootSectors: number;
  readonly dataStart: number;
  readonly clusters: number;
}

/** The geometry, or undefined when a volume of this size cannot be of this type. */
export function planFatGeometry(type: FatType, sectors: number): FatGeometry | undefined {
  for (let perCluster = firstSectorsPerCluster(type, sectors); perCluster <= maxSectorsPerCluster; perCluster *= 2) {
    const geometry = divide(type, sectors, perCluster);
    if (geometry.clusters < formats[type].minClusters) {
      return undefined;
    }
    if (geometry.clusters <= formats[type].maxClusters) {
      return geometry;
    }
  }
  return undefined;
}

/** Bytes of one cluster. */
export function clusterBytes(geometry: FatGeometry): number {
  return geometry.sectorsPerCluster * sectorSize;
}

/** Where a cluster begins, in bytes. */
export function clusterOffset(geometry: FatGeometry, cluster: number): number {
  return geometry.dataStart * sectorSize + (cluster - firstCluster) * clusterBytes(geometry);
}

/** The cluster sizes of fatgen103 ("DskTableFAT32"); FAT16 takes the smallest that is possible. */
function firstSectorsPerCluster(type: FatType, sectors: number): number {
  const mebibytes = (sectors * sectorSize) / 2 ** 20;
  if (type === 'fat16' || mebibytes <= 260) {
    return 1;
  }
  return mebibytes <= 8192 ? 8 : mebibytes <= 16_384 ? 16 : mebibytes <= 32_768 ? 32 : 64;
}

function divide(type: FatType, sectors: number, sectorsPerCluster: number): FatGeometry {
  const { tableEntryBytes, reservedSectors: minReserved, rootSectors } = formats[type];
  const available = Math.max(sectors - minReserved - rootSectors, 0);
  // One cluster takes its sectors and its entry in every table; rounding up can only make a table too long.
  const sectorsForOne = sectorsPerCluster + (tableCopies * tableEntryBytes) / sectorSize;
  const most = Math.floor(available / sectorsForOne);
  const tableSectors = Math.ceil(((most + firstCluster) * tableEntryBytes) / sectorSize);
  const end = minReserved + tableCopies * tableSectors + rootSectors;
  const dataStart = Math.ceil(end / dataAlignment) * dataAlignment;
  return {
    type,
    sectors,
    sectorsPerCluster,
    reservedSectors: minReserved + dataStart - end,
    tableSectors,
    rootSectors,
    dataStart,
    clusters: Math.max(Math.floor((sectors - dataStart) / sectorsPerCluster), 0),
  };
}
