import { asDigest, ByteWriter, type Digest } from '@slipway/core';
import type { BlockWriter } from '../block-writer.ts';
import { guidBytes } from '../gpt/guid.ts';
import { digestBytes, type VerityLayout, verityBlockSize } from './plan-verity.ts';
import { blockDigest, type VerityDigests } from './verity-digests.ts';

/**
 * Writes the superblock and the hash tree over the data whose writes `digests` has seen, and resolves with the root
 * hash: who trusts it can trust every block. The format is that of veritysetup, version 1 (cryptsetup's
 * "On-disk format" of DM-Verity, and the kernel's Documentation/admin-guide/device-mapper/verity.rst).
 */
export async function writeVerity(layout: VerityLayout, digests: VerityDigests, out: BlockWriter): Promise<Digest> {
  await out.write(0, formatSuperblock(layout));
  let below = digests.of(layout.dataBlocks);
  for (const { firstBlock, blocks } of layout.levels) {
    const level = Buffer.alloc(blocks * verityBlockSize);
    level.set(below);
    await out.write(firstBlock * verityBlockSize, level);
    below = digestsOf(layout.salt, level);
  }
  return asDigest(below.toString('hex'));
}

function digestsOf(salt: Uint8Array, level: Buffer): Buffer {
  const digests = Buffer.alloc((level.length / verityBlockSize) * digestBytes);
  for (let at = 0, block = 0; at < level.length; at += verityBlockSize, block++) {
    digests.set(blockDigest(salt, level.subarray(at, at + verityBlockSize)), block * digestBytes);
  }
  return digests;
}

/** struct verity_sb of cryptsetup, in a hash block of its own. */
function formatSuperblock({ dataBlocks, salt, uuid }: VerityLayout): Buffer {
  return new ByteWriter(verityBlockSize)
    .text('verity\0\0')
    .u32le(1) // version of the superblock
    .u32le(1) // hash type: the salt comes first
    .bytes(guidBytes(uuid.toLowerCase()))
    .text('sha256'.padEnd(32, '\0'))
    .u32le(verityBlockSize)
    .u32le(verityBlockSize)
    .u64le(dataBlocks)
    .u16le(salt.length)
    .zeros(6)
    .bytes(salt)
    .align(verityBlockSize)
    .finish();
}
