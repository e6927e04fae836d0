import { consecutivePlaces, type DiskExtents, type FormatPlan, usedBlocks } from '../image/format-plan.ts';
import {
  checkQcow2Size,
  clusterBytes,
  plainEntry,
  planQcow2Map,
  qcow2FileBytes,
  writeQcow2Header,
  writeQcow2Map,
  writeRefcounts,
} from './qcow2-metadata.ts';

/**
 * A qcow2 version 3 image with 64 KiB clusters, without compression: header, L1, L2 tables, the clusters that hold
 * data in the order of the disk, refcounts (QEMU, docs/interop/qcow2.txt). Throws `DISK_FORMAT_SIZE`.
 */
export function planQcow2(disk: DiskExtents): FormatPlan {
  checkQcow2Size(disk.sizeBytes);
  const blocks = usedBlocks(disk, clusterBytes);
  const map = planQcow2Map(disk.sizeBytes, blocks);
  const offsetOf = consecutivePlaces(blocks, map.dataOffset, clusterBytes);
  const clusters = map.dataOffset / clusterBytes + blocks.length;
  const refcounts = writeRefcounts(new Uint16Array(clusters).fill(1));
  return {
    sizeBytes: qcow2FileBytes(clusters),
    structures: [
      { offset: 0, bytes: writeQcow2Header({ sizeBytes: disk.sizeBytes, map, refcounts, isZstd: false }) },
      { offset: clusterBytes, bytes: writeQcow2Map(map, blocks, (block) => plainEntry(offsetOf(block))) },
      refcounts,
    ],
    blockBytes: clusterBytes,
    offsetOf,
  };
}
