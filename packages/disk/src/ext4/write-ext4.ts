import { SlipwayError } from '@slipway/core';
import type { ContentChunk, ContentSource, FileInode } from '@slipway/tree';
import type { BlockWriter } from '../block-writer.ts';
import { writeMetadata } from './ext4-metadata.ts';
import { blockSize, type Extent } from './on-disk.ts';
import type { Ext4Layout } from './plan-ext4.ts';

const zeros = new Uint8Array(blockSize);

/**
 * Writes the file system to `out`: the metadata, then the content of files in the order `content` gives it, each once.
 * Blocks of files stay allocated when they are zeros; a sparse `out` has holes there. Throws `DISK_CONTENT_SIZE` when a
 * content does not have the size of its inode.
 */
export async function writeExt4(layout: Ext4Layout, content: ContentSource, out: BlockWriter): Promise<void> {
  for (const { offset, bytes } of writeMetadata(layout.plan)) {
    await out.write(offset, bytes);
  }
  const waiting = new Set(layout.extents.keys());
  let file: FileBlocks | undefined;
  for await (const chunk of content.stream(layout.extents.keys())) {
    if (file?.inode !== chunk.inode) {
      await file?.finish(out);
      file = beginFile(layout, chunk.inode, waiting);
    }
    await file.write(chunk, out);
  }
  await file?.finish(out);
  if (waiting.size > 0) {
    throw new SlipwayError('DISK_CONTENT_SIZE', `Cannot write the file system: ${waiting.size} files got no content`);
  }
}

function beginFile(layout: Ext4Layout, inode: FileInode, waiting: Set<FileInode>): FileBlocks {
  const extents = layout.extents.get(inode);
  if (extents === undefined || !waiting.delete(inode)) {
    throw new SlipwayError('CORE_BUG', 'a content source gave a file twice, or one that was not asked for');
  }
  return new FileBlocks(inode, extents);
}

/** The blocks of one file while its content arrives. */
class FileBlocks {
  readonly inode: FileInode;
  readonly #extents: readonly Extent[];
  #extent = 0;
  #done = 0;

  constructor(inode: FileInode, extents: readonly Extent[]) {
    this.inode = inode;
    this.#extents = extents;
  }

  async write({ offset, bytes }: ContentChunk, out: BlockWriter): Promise<void> {
    if (offset !== this.#done || offset + bytes.length > this.inode.sizeBytes) {
      throw this.#wrongSize(offset + bytes.length);
    }
    await this.#writeRuns(bytes, out);
  }

  /** Fills the last block with zeros: neighbouring files then make one long write. */
  async finish(out: BlockWriter): Promise<void> {
    if (this.#done !== this.inode.sizeBytes) {
      throw this.#wrongSize(this.#done);
    }
    const tail = this.#done % blockSize;
    if (tail > 0) {
      await this.#writeRuns(zeros.subarray(tail), out);
    }
  }

  async #writeRuns(bytes: Uint8Array, out: BlockWriter): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const { logical, physical, blocks } = this.#extents[this.#extent] as Extent;
      const inExtent = this.#done - logical * blockSize;
      const count = Math.min(bytes.length - at, blocks * blockSize - inExtent);
      await out.write(physical * blockSize + inExtent, count === bytes.length ? bytes : bytes.subarray(at, at + count));
      at += count;
      this.#done += count;
      if (inExtent + count === blocks * blockSize) {
        this.#extent++;
      }
    }
  }

  #wrongSize(seen: number): SlipwayError {
    const { sizeBytes } = this.inode;
    return new SlipwayError('DISK_CONTENT_SIZE', `Cannot write a file of ${sizeBytes} bytes: its content has ${seen}`);
  }
}
