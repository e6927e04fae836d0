import type { Hash } from 'node:crypto';
import { FileBlockWriter } from '../block-writer.ts';
import { AscendingHash } from './ascending-hash.ts';
import type { FormatPlan, Structure } from './format-plan.ts';

/** Takes a disk that is read once, from front to back, and makes a file of it. Calls do not overlap. */
export interface DiskSink {
  /** Offsets ascend; what is left out is zeros. The bytes belong to the caller again when the promise is resolved. */
  write(offset: number, bytes: Uint8Array): Promise<void>;
  /** Makes the file complete; `diskHash` is that of the disk's own bytes. Returns the hash of the file. */
  finish(diskHash: Hash | undefined): Promise<Hash>;
  /** After a failure; the content of the file is undefined. */
  abandon(): Promise<void>;
}

/** Writes a file by its plan, structures and blocks in ascending order, and hashes it on the way. */
export async function openPlannedFile(path: string, plan: FormatPlan): Promise<DiskSink> {
  const out = await FileBlockWriter.create(path, plan.sizeBytes);
  const hash = new AscendingHash();
  let nextStructure = 0;
  async function put(offset: number, bytes: Uint8Array): Promise<void> {
    hash.update(offset, bytes);
    await out.write(offset, bytes);
  }
  async function putStructuresBefore(offset: number): Promise<void> {
    for (let next = plan.structures[nextStructure]; next !== undefined && next.offset < offset; ) {
      await put(next.offset, next.bytes);
      next = plan.structures[++nextStructure];
    }
  }
  return {
    async write(offset, bytes) {
      for (const piece of splitAtBlocks(offset, bytes, plan)) {
        await putStructuresBefore(piece.offset);
        await put(piece.offset, piece.bytes);
      }
    },
    async finish() {
      await putStructuresBefore(plan.sizeBytes);
      await out.close();
      return hash.finish(plan.sizeBytes);
    },
    abandon: () => out.abandon(),
  };
}

/** The pieces of the disk's bytes with their offsets in the file. */
function* splitAtBlocks(offset: number, bytes: Uint8Array, { blockBytes, offsetOf }: FormatPlan): Generator<Structure> {
  for (let done = 0; done < bytes.length; ) {
    const inside = (offset + done) % blockBytes;
    const count = Math.min(bytes.length - done, blockBytes - inside);
    const block = Math.floor((offset + done) / blockBytes);
    yield { offset: offsetOf(block) + inside, bytes: bytes.subarray(done, done + count) };
    done += count;
  }
}

/** The disk as it is, then `trailer`: its hash goes on from that of the disk. */
export async function openAppendedFile(path: string, diskBytes: number, trailer: Uint8Array): Promise<DiskSink> {
  const out = await FileBlockWriter.create(path, diskBytes + trailer.length);
  return {
    write: (offset, bytes) => out.write(offset, bytes),
    async finish(diskHash) {
      await out.write(diskBytes, trailer);
      await out.close();
      return (diskHash as Hash).copy().update(trailer);
    },
    abandon: () => out.abandon(),
  };
}

/** The raw disk, which is there before it is read: only its hash is missing. */
export const existingFile: DiskSink = {
  async write() {},
  async finish(diskHash) {
    return (diskHash as Hash).copy();
  },
  async abandon() {},
};
