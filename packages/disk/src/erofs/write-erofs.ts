import { replaceAtomically, SlipwayError } from '@slipway/core';
import type { ContentChunk, ContentSource, FileInode } from '@slipway/tree';
import { type BlockWriter, FileBlockWriter } from '../block-writer.ts';
import type { InodeDemand } from './erofs-demand.ts';
import { type FileWriter, FileWriters } from './file-writers.ts';
import { blockSize } from './on-disk.ts';
import type { ErofsLayout } from './plan-erofs.ts';
import { writeStructure } from './structure.ts';
import { writeSuperblock } from './superblock.ts';

export interface ErofsImage {
  /** What the file system takes, a multiple of 4096: without compression `maxSizeBytes` of the layout. */
  readonly sizeBytes: number;
}

/**
 * Writes the file system to `out`: the content of files in the order `content` gives it, each once, then everything
 * else. Without compression the bytes do not depend on that order; with it, content lies in that order. Throws
 * `DISK_CONTENT_SIZE` when a content does not have the size of its inode.
 */
export async function writeErofs(layout: ErofsLayout, content: ContentSource, out: BlockWriter): Promise<ErofsImage> {
  const { plan } = layout;
  const structure = writeStructure(plan);
  const writers = new FileWriters({ plan, structure, out });
  const waiting = new Map(plan.demand.files.map((file) => [file.inode as FileInode, file]));
  let file: ArrivingFile | undefined;
  for await (const chunk of content.stream([...waiting.keys()])) {
    if (file?.inode !== chunk.inode) {
      await file?.finish();
      file = new ArrivingFile(chunk.inode, writers.begin(take(waiting, chunk.inode)));
    }
    await file.write(chunk);
  }
  await file?.finish();
  if (waiting.size > 0) {
    throw new SlipwayError('DISK_CONTENT_SIZE', `Cannot write the file system: ${waiting.size} files got no content`);
  }
  writeSuperblock(structure.subarray(0, blockSize), plan, writers.endBlock);
  await out.write(0, structure);
  return { sizeBytes: writers.endBlock * blockSize };
}

/**
 * The file system as a file of just its size, whole or not at all (temporary name, fsync, rename). Throws as `writeErofs`
 * does, `CORE_DISK_FULL` and `CORE_FILE_ACCESS`.
 */
export async function writeErofsFile(path: string, layout: ErofsLayout, content: ContentSource): Promise<ErofsImage> {
  let image: ErofsImage = { sizeBytes: layout.maxSizeBytes };
  await replaceAtomically(path, async (temporary) => {
    const out = await FileBlockWriter.create(temporary, layout.maxSizeBytes);
    try {
      image = await writeErofs(layout, content, out);
    } catch (cause) {
      await out.abandon();
      throw cause;
    }
    await out.close(image.sizeBytes);
  });
  return image;
}

function take(waiting: Map<FileInode, InodeDemand>, inode: FileInode): InodeDemand {
  const demand = waiting.get(inode);
  if (demand === undefined) {
    throw new SlipwayError('CORE_BUG', 'a content source gave a file twice, or one that was not asked for');
  }
  waiting.delete(inode);
  return demand;
}

/** Lets exactly the announced bytes through. */
class ArrivingFile {
  readonly inode: FileInode;
  readonly #writer: FileWriter;
  #done = 0;

  constructor(inode: FileInode, writer: FileWriter) {
    this.inode = inode;
    this.#writer = writer;
  }

  async write({ offset, bytes }: ContentChunk): Promise<void> {
    if (offset !== this.#done || offset + bytes.length > this.inode.sizeBytes) {
      throw this.#wrongSize(offset + bytes.length);
    }
    this.#done += bytes.length;
    await this.#writer.write(bytes);
  }

  async finish(): Promise<void> {
    if (this.#done !== this.inode.sizeBytes) {
      throw this.#wrongSize(this.#done);
    }
    await this.#writer.finish();
  }

  #wrongSize(seen: number): SlipwayError {
    const { sizeBytes } = this.inode;
    return new SlipwayError('DISK_CONTENT_SIZE', `Cannot write a file of ${sizeBytes} bytes: its content has ${seen}`);
  }
}
