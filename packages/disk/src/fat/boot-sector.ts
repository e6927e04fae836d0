import type { ClusterChain } from './fat-clusters.ts';
import { entrySize, type FatGeometry, firstCluster, formats, sectorSize, tableCopies } from './fat-geometry.ts';

/** Sectors of the reserved area of FAT32. */
export const fsInfoSector = 1;
export const backupBootSector = 6;

/** The name that some readers expect (fatgen103, BS_OEMName). */
const oemName = 'MSWIN4.1';
const fixedMedia = 0xf8;
const bootSignature = 0xaa55;
/** cli; hlt; jmp back: the volume is for UEFI, a BIOS that starts it stops. */
const stopCode = Buffer.from('faf4ebfd', 'hex');

export interface VolumeFacts {
  readonly volumeId: number;
  /** 11 bytes. */
  readonly label: Buffer;
  /** Sectors before the volume on its disk. */
  readonly hiddenSectors: number;
}

/** The BIOS parameter block and what is around it. */
export function writeBootSector(geometry: FatGeometry, facts: VolumeFacts): Buffer {
  const bytes = Buffer.alloc(sectorSize);
  const isFat32 = geometry.type === 'fat32';
  const extended = isFat32 ? 64 : 36;
  const code = extended + 26;
  bytes.set([0xeb, code - 2, 0x90], 0);
  bytes.write(oemName, 3, 'latin1');
  bytes.writeUInt16LE(sectorSize, 11);
  bytes.writeUInt8(geometry.sectorsPerCluster, 13);
  bytes.writeUInt16LE(geometry.reservedSectors, 14);
  bytes.writeUInt8(tableCopies, 16);
  bytes.writeUInt16LE((geometry.rootSectors * sectorSize) / entrySize, 17);
  const short = !isFat32 && geometry.sectors < 0x10000;
  bytes.writeUInt16LE(short ? geometry.sectors : 0, 19);
  bytes.writeUInt8(fixedMedia, 21);
  bytes.writeUInt16LE(isFat32 ? 0 : geometry.tableSectors, 22);
  // A disk geometry that BIOS calls can express for any size.
  bytes.writeUInt16LE(63, 24);
  bytes.writeUInt16LE(255, 26);
  bytes.writeUInt32LE(facts.hiddenSectors, 28);
  bytes.writeUInt32LE(short ? 0 : geometry.sectors, 32);
  if (isFat32) {
    bytes.writeUInt32LE(geometry.tableSectors, 36);
    bytes.writeUInt32LE(firstCluster, 44);
    bytes.writeUInt16LE(fsInfoSector, 48);
    bytes.writeUInt16LE(backupBootSector, 50);
  }
  bytes.writeUInt8(0x80, extended);
  bytes.writeUInt8(0x29, extended + 2);
  bytes.writeUInt32LE(facts.volumeId, extended + 3);
  bytes.set(facts.label, extended + 7);
  bytes.write(geometry.type.toUpperCase().padEnd(8), extended + 18, 'latin1');
  bytes.set(stopCode, code);
  bytes.writeUInt16LE(bootSignature, sectorSize - 2);
  return bytes;
}

export interface ClusterUse {
  readonly usedClusters: number;
  /** From the first cluster to the last one that is used. */
  readonly spannedClusters: number;
}

/** Free clusters and where to look for one. */
export function writeFsInfo(geometry: FatGeometry, { usedClusters, spannedClusters }: ClusterUse): Buffer {
  const bytes = Buffer.alloc(sectorSize);
  const free = geometry.clusters - usedClusters;
  bytes.writeUInt32LE(0x41615252, 0);
  bytes.writeUInt32LE(0x61417272, 484);
  bytes.writeUInt32LE(free, 488);
  bytes.writeUInt32LE(spannedClusters === geometry.clusters ? 0xffffffff : firstCluster + spannedClusters, 492);
  bytes.writeUInt32LE(0xaa550000, 508);
  return bytes;
}

/** Pieces of one copy of the allocation table, from its start; the rest is free and zero. */
export function* writeAllocationTable(geometry: FatGeometry, chains: readonly ClusterChain[]): Generator<Buffer> {
  const { tableEntryBytes } = formats[geometry.type];
  const end = (chains.at(-1)?.last ?? firstCluster - 1) + 1;
  const endOfChain = geometry.type === 'fat32' ? 0x0fffffff : 0xffff;
  let next = 0;
  for (let start = 0; start < end; start += entriesPerPiece) {
    const count = Math.min(entriesPerPiece, end - start);
    const words = geometry.type === 'fat32' ? new Uint32Array(count) : new Uint16Array(count);
    for (let index = 0; index < count; index++) {
      const cluster = start + index;
      const chain = chains[next];
      if (cluster < firstCluster) {
        words[index] = cluster === 0 ? endOfChain - 0xff + fixedMedia : endOfChain;
      } else if (cluster === chain?.last) {
        words[index] = endOfChain;
        next++;
      } else if (chain !== undefined && cluster >= chain.first) {
        words[index] = cluster + 1;
      }
    }
    yield littleEndian(words, tableEntryBytes);
  }
}

/** Entries that are made at once: 64 KiB for FAT32. */
const entriesPerPiece = 16_384;

function littleEndian(words: Uint32Array | Uint16Array, width: number): Buffer {
  const bytes = Buffer.from(words.buffer, words.byteOffset, words.byteLength);
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] === 0) {
    return width === 4 ? bytes.swap32() : bytes.swap16();
  }
  return bytes;
}
