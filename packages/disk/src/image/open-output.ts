import { checkIsoSize, planIso } from '../iso/plan-iso.ts';
import { openCompressedQcow2 } from '../qcow2/compressed-qcow2.ts';
import { planQcow2 } from '../qcow2/plan-qcow2.ts';
import { checkQcow2Size } from '../qcow2/qcow2-metadata.ts';
import { checkDynamicVhdSize, planDynamicVhd } from '../vhd/plan-dynamic-vhd.ts';
import { checkVhdSize, vhdFooter } from '../vhd/vhd-footer.ts';
import { checkVhdxSize, planVhdx } from '../vhdx/plan-vhdx.ts';
import type { DiskFormat, DiskOutput } from './disk-format.ts';
import { type DiskSink, existingFile, openAppendedFile, openPlannedFile } from './disk-sink.ts';
import type { DiskExtents } from './format-plan.ts';

/** Throws `DISK_VHD_SIZE` or `DISK_FORMAT_SIZE` when the format cannot hold a disk of the size. */
export function checkOutput({ format }: DiskOutput, sizeBytes: number): void {
  sizeChecks[format](sizeBytes);
}

const sizeChecks: Readonly<Record<DiskFormat, (sizeBytes: number) => void>> = {
  raw: () => undefined,
  iso: checkIsoSize,
  qcow2: checkQcow2Size,
  vhd: checkVhdSize,
  'vhd-dynamic': checkDynamicVhdSize,
  vhdx: checkVhdxSize,
};

/** Whether the hash of the file is made from that of the disk. */
export function needsDiskHash({ format }: DiskOutput): boolean {
  return format === 'raw' || format === 'vhd';
}

/** Begins the file of `output` at `path`, which must not exist; a raw disk is there already. */
export async function openOutput(output: DiskOutput, path: string, disk: DiskExtents): Promise<DiskSink> {
  switch (output.format) {
    case 'raw':
      return existingFile;
    case 'vhd':
      return await openAppendedFile(path, disk.sizeBytes, vhdFooter(disk.sizeBytes, output.identity));
    case 'vhd-dynamic':
      return await openPlannedFile(path, planDynamicVhd(disk, output.identity));
    case 'vhdx':
      return await openPlannedFile(path, planVhdx(disk, output.identity));
    case 'iso':
      return await openPlannedFile(path, planIso(disk, output.volume));
    case 'qcow2':
      return output.compression === undefined
        ? await openPlannedFile(path, planQcow2(disk))
        : await openCompressedQcow2(path, disk, output.compression);
  }
}
