import type { Hash } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { asDigest, type Digest, fileError, replaceAtomically, SlipwayError, temporaryBeside } from '@slipway/core';
import { type BlockWriter, FileBlockWriter, windowOf } from '../block-writer.ts';
import type { GptLayout } from '../gpt/gpt-layout.ts';
import { writeGpt } from '../gpt/write-gpt.ts';
import { AscendingHash } from './ascending-hash.ts';
import type { DiskFormat, DiskOutput } from './disk-format.ts';
import type { DiskSink } from './disk-sink.ts';
import { ExtentMap } from './extent-map.ts';
import type { DiskExtents } from './format-plan.ts';
import { checkOutput, needsDiskHash, openOutput } from './open-output.ts';
import { findExtents, readRanges } from './sparse-scan.ts';

/** Fills one partition; offsets begin at 0. What is not written stays zero. */
export interface PartitionWriter {
  write(out: BlockWriter): Promise<void>;
}

export interface DiskImageRequest {
  readonly gpt: GptLayout;
  /** One for each partition of `gpt`, in its order. */
  readonly partitions: readonly PartitionWriter[];
  /** One or more, at different paths. */
  readonly outputs: readonly DiskOutput[];
}

export interface DiskImageFile {
  readonly format: DiskFormat;
  readonly path: string;
  readonly sizeBytes: number;
  /** What the sparse file takes on its file system. */
  readonly allocatedBytes: number;
  /** Of the whole file, holes as zeros. */
  readonly sha256: Digest;
}

/**
 * Writes the disk once, as a sparse raw file, reads it back once and makes every output of it on the way; holes are
 * not read. Each output is whole or not there at all (temporary name, fsync, rename), and all of them wait for the
 * last. Returns them in the order of the request.
 * Throws what the partition writers throw, `DISK_VHD_SIZE`, `DISK_FORMAT_SIZE`, what `planIso` throws,
 * `CORE_DISK_FULL` and `CORE_FILE_ACCESS`.
 */
export async function writeDiskImage(request: DiskImageRequest): Promise<DiskImageFile[]> {
  const { gpt, partitions, outputs } = request;
  if (partitions.length !== gpt.partitions.length) {
    throw new SlipwayError('CORE_BUG', `${partitions.length} writers for ${gpt.partitions.length} partitions`);
  }
  checkOutputs(outputs, gpt.sizeBytes);
  return await underTemporaryNames(outputs, async (temporaries) => {
    const isKept = outputs.findIndex(({ format }) => format === 'raw');
    const raw = temporaries[isKept] ?? temporaryBeside((outputs[0] as DiskOutput).path);
    try {
      const extents = new ExtentMap(gpt.sizeBytes);
      await writeRaw(raw, gpt.sizeBytes, (file) => writeDisk(request, tracked(file, extents)));
      const disk = { sizeBytes: gpt.sizeBytes, ranges: [...extents.ranges()] };
      return await copyToOutputs(raw, disk, pairs(outputs, temporaries));
    } finally {
      await (isKept === -1 ? rm(raw, { force: true }) : undefined);
    }
  });
}

/**
 * Copies a raw disk image, whose size is a multiple of 512, to other formats; blocks of zeros become holes. The file
 * is read twice: for its holes, then for the copies. Throws as `writeDiskImage` does.
 */
export async function convertRawDisk(rawPath: string, outputs: readonly DiskOutput[]): Promise<DiskImageFile[]> {
  const { size } = await stat(rawPath).catch((cause) => {
    throw fileError('read', rawPath, cause);
  });
  if (outputs.some(({ format }) => format === 'raw')) {
    throw new SlipwayError('CORE_BUG', 'a raw disk is converted to a raw disk');
  }
  checkOutputs(outputs, size);
  const disk = await findExtents(rawPath, size);
  return await underTemporaryNames(outputs, (temporaries) => copyToOutputs(rawPath, disk, pairs(outputs, temporaries)));
}

function checkOutputs(outputs: readonly DiskOutput[], sizeBytes: number): void {
  const paths = new Set(outputs.map(({ path }) => path));
  const raws = outputs.filter(({ format }) => format === 'raw');
  if (outputs.length === 0 || paths.size !== outputs.length || raws.length > 1) {
    throw new SlipwayError('CORE_BUG', 'a disk image needs outputs at different paths, one of them raw at most');
  }
  for (const output of outputs) {
    checkOutput(output, sizeBytes);
  }
}

interface PlacedOutput {
  readonly output: DiskOutput;
  readonly temporary: string;
}

function pairs(outputs: readonly DiskOutput[], temporaries: readonly string[]): PlacedOutput[] {
  return outputs.map((output, index) => ({ output, temporary: temporaries[index] as string }));
}

/** `write` gets a temporary name for each output; all take their final names when it has done its work. */
async function underTemporaryNames<T>(
  outputs: readonly DiskOutput[],
  write: (temporaries: readonly string[]) => Promise<T>,
  temporaries: readonly string[] = [],
): Promise<T> {
  const next = outputs[temporaries.length];
  if (next === undefined) {
    return await write(temporaries);
  }
  let result: T | undefined;
  await replaceAtomically(next.path, async (temporary) => {
    result = await underTemporaryNames(outputs, write, [...temporaries, temporary]);
  });
  return result as T;
}

async function copyToOutputs(
  raw: string,
  disk: DiskExtents,
  placed: readonly PlacedOutput[],
): Promise<DiskImageFile[]> {
  const sinks: DiskSink[] = [];
  try {
    for (const { output, temporary } of placed) {
      sinks.push(await openOutput(output, temporary, disk));
    }
    const diskHash = placed.some(({ output }) => needsDiskHash(output)) ? new AscendingHash() : undefined;
    for await (const { offset, bytes } of readRanges(raw, disk.ranges)) {
      diskHash?.update(offset, bytes);
      for (const sink of sinks) {
        await sink.write(offset, bytes);
      }
    }
    return await finishOutputs(placed, sinks, diskHash?.finish(disk.sizeBytes));
  } catch (cause) {
    await Promise.all(sinks.map((sink) => sink.abandon()));
    throw cause;
  }
}

async function finishOutputs(
  placed: readonly PlacedOutput[],
  sinks: readonly DiskSink[],
  diskHash: Hash | undefined,
): Promise<DiskImageFile[]> {
  const files: DiskImageFile[] = [];
  for (const [index, { output, temporary }] of placed.entries()) {
    const hash = await (sinks[index] as DiskSink).finish(diskHash);
    const { size, blocks } = await stat(temporary);
    files.push({
      format: output.format,
      path: output.path,
      sizeBytes: size,
      allocatedBytes: blocks * 512,
      sha256: asDigest(hash.digest('hex')),
    });
  }
  return files;
}

async function writeDisk({ gpt, partitions }: DiskImageRequest, out: BlockWriter): Promise<void> {
  await writeGpt(gpt, out);
  for (const [index, partition] of gpt.partitions.entries()) {
    await partitions[index]?.write(windowOf(out, partition.offsetBytes, partition.sizeBytes));
  }
}

function tracked(out: BlockWriter, extents: ExtentMap): BlockWriter {
  return {
    write(offset, bytes) {
      extents.mark(offset, bytes);
      return out.write(offset, bytes);
    },
  };
}

async function writeRaw(path: string, sizeBytes: number, fill: (out: BlockWriter) => Promise<void>): Promise<void> {
  const file = await FileBlockWriter.create(path, sizeBytes);
  try {
    await fill(file);
    await file.close();
  } catch (cause) {
    await file.abandon();
    throw cause;
  }
}
