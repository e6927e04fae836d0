import { SlipwayError } from '@slipway/core';
import type { FileInode } from './inode.ts';

export interface ContentChunk {
  readonly inode: FileInode;
  /** Where in the file `bytes` begin. Chunks of one file come in ascending order without gaps. */
  readonly offset: number;
  /** Valid until the next chunk is asked for. */
  readonly bytes: Uint8Array;
}

/** Gives the bytes of files: writers ask for many at once, so that each payload is read once, front to back. */
export interface ContentSource {
  /**
   * The content of every given file, each Inode object once, in an order that the source chooses (whole files,
   * never interleaved; empty files give no chunk). Same files, same order. Throws when a content is damaged.
   */
  stream(files: Iterable<FileInode>): AsyncIterable<ContentChunk>;
}

/** A source for trees that have generated content only. */
export const generatedContent: ContentSource = {
  async *stream(files) {
    for (const inode of new Set(files)) {
      if (inode.content.kind !== 'bytes') {
        throw new SlipwayError('CORE_BUG', 'payload content asked from a source of generated content');
      }
      if (inode.content.bytes.length > 0) {
        yield { inode, offset: 0, bytes: inode.content.bytes };
      }
    }
  },
};

/** The whole bytes of the given files, for small ones. */
export async function readContents(source: ContentSource, files: Iterable<FileInode>): Promise<Map<FileInode, Buffer>> {
  const contents = new Map<FileInode, Buffer>();
  for (const inode of files) {
    contents.set(inode, Buffer.alloc(inode.sizeBytes));
  }
  for await (const { inode, offset, bytes } of source.stream(contents.keys())) {
    contents.get(inode)?.set(bytes, offset);
  }
  return contents;
}
