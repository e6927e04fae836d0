import { createHash } from 'node:crypto';
import { type Chunks, SlipwayError } from '@slipway/core';
import { type Compression, decompress } from '@slipway/formats';
import type { Checksum, RepomdRecord } from './repomd.ts';

/** XML of 70,000 packages compresses about 30 times; nothing honest reaches this. */
const maxRatio = 500;
const compressionOfSuffix: Readonly<Record<string, Compression>> = { zst: 'zstd', gz: 'gzip', xz: 'xz', bz2: 'bzip2' };

/**
 * The uncompressed content of a metadata file. Sizes and digests, compressed and uncompressed, must be those of
 * repomd.xml: more bytes are refused at once, a wrong digest at the end, so act on nothing before the end.
 * Throws `REPO_DIGEST_MISMATCH`, and what `decompress` throws.
 */
export async function* openMetadata(source: Chunks, record: RepomdRecord): AsyncGenerator<Uint8Array> {
  const packed = verified(source, { ...record, what: record.locationHref });
  const compression = compressionOfSuffix[record.locationHref.split('.').at(-1) ?? ''] ?? 'none';
  if (compression === 'none' || record.open === undefined) {
    yield* compression === 'none' ? packed : decompress(packed, { compression, maxRatio });
    return;
  }
  const { checksum, sizeBytes } = record.open;
  const content = decompress(packed, { compression, maxBytes: sizeBytes, maxRatio });
  yield* verified(content, { checksum, sizeBytes, what: `the content of ${record.locationHref}` });
}

interface Expected {
  readonly checksum: Checksum;
  readonly sizeBytes: number;
  readonly what: string;
}

async function* verified(source: Chunks, { checksum, sizeBytes, what }: Expected): AsyncGenerator<Uint8Array> {
  const hash = createHash(checksum.algorithm);
  let seen = 0;
  for await (const chunk of source) {
    seen += chunk.length;
    if (seen > sizeBytes) {
      throw mismatch(what, `it is larger than the ${sizeBytes} bytes of repomd.xml`);
    }
    hash.update(chunk);
    yield chunk;
  }
  if (seen !== sizeBytes) {
    throw mismatch(what, `it has ${seen} bytes, repomd.xml says ${sizeBytes}`);
  }
  if (hash.digest('hex') !== checksum.value) {
    throw mismatch(what, `its ${checksum.algorithm} is not that of repomd.xml`);
  }
}

function mismatch(what: string, reason: string): SlipwayError {
  return new SlipwayError('REPO_DIGEST_MISMATCH', `Cannot use ${what}: ${reason}`, {
    hint: 'fetch repomd.xml and the file again: the repository may have changed in between',
  });
}
