import type { Hash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { asDigest, type Digest, fileError, replaceAtomically, SlipwayError } from '@slipway/core';
import { type BlockWriter, FileBlockWriter, windowOf } from '../block-writer.ts';
import type { GptLayout } from '../gpt/gpt-layout.ts';
import { writeGpt } from '../gpt/write-gpt.ts';
import { checkVhdSize, type VhdIdentity, vhdFooter, vhdFooterBytes } from '../vhd/vhd-footer.ts';
import { ExtentMap } from './extent-map.ts';
import { hashSparseFile, type SparseScan } from './sparse-scan.ts';

/** Fills one partition; offsets begin at 0. What is not written stays zero. */
export interface PartitionWriter {
  write(out: BlockWriter): Promise<void>;
}

export interface DiskImageRequest {
  /** Of the raw disk. */
  readonly path: string;
  readonly gpt: GptLayout;
  /** One for each partition of `gpt`, in its order. */
  readonly partitions: readonly PartitionWriter[];
  /** Also a fixed VHD with the same content. */
  readonly vhd?: VhdIdentity & { readonly path: string };
}

export interface ImageFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** What the sparse file takes on its file system. */
  readonly allocatedBytes: number;
  /** Of the whole file, holes as zeros. */
  readonly sha256: Digest;
}

export interface DiskImage {
  readonly raw: ImageFile;
  readonly vhd: ImageFile | undefined;
}

/**
 * Writes the disk as a sparse raw file and, when asked for, as a fixed VHD: each whole or not at all (temporary name,
 * fsync, rename). The bytes are read back once, for both digests and the copy; holes are not read.
 * Throws what the partition writers throw, `DISK_VHD_SIZE`, `CORE_DISK_FULL` and `CORE_FILE_ACCESS`.
 */
export async function writeDiskImage(request: DiskImageRequest): Promise<DiskImage> {
  const { path, gpt, partitions, vhd } = request;
  if (partitions.length !== gpt.partitions.length) {
    throw new SlipwayError('CORE_BUG', `${partitions.length} writers for ${gpt.partitions.length} partitions`);
  }
  if (vhd !== undefined) {
    checkVhdSize(gpt.sizeBytes);
  }
  return await replacing(path, async (temporary) => {
    const extents = new ExtentMap(gpt.sizeBytes);
    await writeSparse(temporary, gpt.sizeBytes, (file) => writeDisk(request, tracked(file, extents)));
    const scan = { sizeBytes: gpt.sizeBytes, ranges: extents.ranges() };
    if (vhd === undefined) {
      return { raw: await imageFile(path, temporary, await hashSparseFile(temporary, scan)), vhd: undefined };
    }
    const copy = await copyAsVhd(temporary, vhd, scan);
    return { raw: await imageFile(path, temporary, copy.rawHash), vhd: copy.vhd };
  });
}

/**
 * Copies a raw disk image to a fixed VHD; blocks of zeros become holes. Throws `DISK_VHD_SIZE`, `CORE_DISK_FULL` and
 * `CORE_FILE_ACCESS`.
 */
export async function writeVhd(rawPath: string, vhdPath: string, identity: VhdIdentity): Promise<ImageFile> {
  const { size } = await stat(rawPath).catch((cause) => {
    throw fileError('read', rawPath, cause);
  });
  const scan = { sizeBytes: size, ranges: [{ offset: 0, sizeBytes: size }] };
  return (await copyAsVhd(rawPath, { ...identity, path: vhdPath }, scan)).vhd;
}

async function copyAsVhd(
  rawPath: string,
  { path, ...identity }: VhdIdentity & { readonly path: string },
  scan: SparseScan,
): Promise<{ readonly vhd: ImageFile; readonly rawHash: Hash }> {
  const footer = vhdFooter(scan.sizeBytes, identity);
  return await replacing(path, async (temporary) => {
    const rawHash = await writeSparse(temporary, scan.sizeBytes + vhdFooterBytes, async (copyTo) => {
      const hash = await hashSparseFile(rawPath, { ...scan, copyTo });
      await copyTo.write(scan.sizeBytes, footer);
      return hash;
    });
    return { vhd: await imageFile(path, temporary, rawHash.copy().update(footer)), rawHash };
  });
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

async function writeSparse<T>(path: string, sizeBytes: number, fill: (out: BlockWriter) => Promise<T>): Promise<T> {
  const file = await FileBlockWriter.create(path, sizeBytes);
  try {
    const result = await fill(file);
    await file.close();
    return result;
  } catch (cause) {
    await file.abandon();
    throw cause;
  }
}

async function replacing<T>(path: string, write: (temporary: string) => Promise<T>): Promise<T> {
  let result: T | undefined;
  await replaceAtomically(path, async (temporary) => {
    result = await write(temporary);
  });
  return result as T;
}

async function imageFile(path: string, written: string, hash: Hash): Promise<ImageFile> {
  const { size, blocks } = await stat(written);
  return { path, sizeBytes: size, allocatedBytes: blocks * 512, sha256: asDigest(hash.digest('hex')) };
}
