import { SlipwayError } from '@slipway/core';
import type { BlockWriter } from '../block-writer.ts';
import { backupBootSector, fsInfoSector, writeAllocationTable, writeBootSector, writeFsInfo } from './boot-sector.ts';
import { type FatGeometry, sectorSize, tableCopies } from './fat-geometry.ts';
import type { FatFile, FatLayout, FatPlan } from './plan-fat.ts';

/** Writes the volume to `out`. Throws `DISK_CONTENT_SIZE` when a content does not have the size of its file. */
export async function writeFat(layout: FatLayout, out: BlockWriter): Promise<void> {
  const { plan } = layout;
  for (const { offset, bytes } of writeReservedArea(plan)) {
    await out.write(offset, bytes);
  }
  for (let copy = 0; copy < tableCopies; copy++) {
    await writeTable(plan, tableOffset(plan.geometry, copy), out);
  }
  for (const { offset, bytes } of plan.directories) {
    await out.write(offset, bytes);
  }
  for (const { offset, file } of plan.files) {
    await writeContent(file, offset, out);
  }
}

function* writeReservedArea(plan: FatPlan): Generator<{ offset: number; bytes: Buffer }> {
  const boot = writeBootSector(plan.geometry, plan);
  yield { offset: 0, bytes: boot };
  if (plan.geometry.type === 'fat32') {
    const info = writeFsInfo(plan.geometry, plan);
    yield { offset: fsInfoSector * sectorSize, bytes: info };
    yield { offset: backupBootSector * sectorSize, bytes: boot };
    yield { offset: (backupBootSector + fsInfoSector) * sectorSize, bytes: info };
  }
}

async function writeTable({ geometry, chains }: FatPlan, start: number, out: BlockWriter): Promise<void> {
  let offset = start;
  for (const bytes of writeAllocationTable(geometry, chains)) {
    await out.write(offset, bytes);
    offset += bytes.length;
  }
}

function tableOffset({ reservedSectors, tableSectors }: FatGeometry, copy: number): number {
  return (reservedSectors + copy * tableSectors) * sectorSize;
}

async function writeContent({ path, sizeBytes, content }: FatFile, offset: number, out: BlockWriter): Promise<void> {
  let done = 0;
  for await (const chunk of content()) {
    if (done + chunk.length > sizeBytes) {
      throw wrongSize(path, sizeBytes, 'more');
    }
    await out.write(offset + done, chunk);
    done += chunk.length;
  }
  if (done < sizeBytes) {
    throw wrongSize(path, sizeBytes, 'less');
  }
}

function wrongSize(path: string, sizeBytes: number, seen: string): SlipwayError {
  return new SlipwayError('DISK_CONTENT_SIZE', `Cannot write ${path} of ${sizeBytes} bytes: its content is ${seen}`);
}
