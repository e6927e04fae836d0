import type { Walk } from './byte-walk.ts';
import { damagedInput } from './decoder-error.ts';

/** RFC 8878 section 3.1.1. */
export const zstdMagic = 0xfd2fb528;
/** RFC 8878 section 3.1.2: 0x184D2A50 to 0x184D2A5F. */
export const skippableMagic = 0x184d2a50;

export function isZstdMagic(magic: number): boolean {
  return magic === zstdMagic || isSkippableMagic(magic);
}

export function isSkippableMagic(magic: number): boolean {
  return (magic & ~0xf) >>> 0 === skippableMagic;
}

/**
 * Walks one frame by its block headers (RFC 8878 section 3.1.1.2) without decoding it, so that its end is known:
 * the caller gives the bytes that each `look` asks for.
 */
export function* walkZstdFrame(): Walk {
  const magic = (yield { look: 4 }).readUInt32LE(0);
  if (isSkippableMagic(magic)) {
    yield { pass: (yield { look: 4 }).readUInt32LE(0) };
    return;
  }
  if (magic !== zstdMagic) {
    throw damagedInput('zstd', 'bytes that are no frame');
  }
  const descriptor = (yield { look: 1 }).readUInt8(0);
  yield { pass: headerBytes(descriptor) };
  for (let last = false; !last; ) {
    const header = (yield { look: 3 }).readUIntLE(0, 3);
    last = (header & 1) === 1;
    yield { pass: blockBytes((header >> 1) & 3, header >> 3) };
  }
  if ((descriptor & 4) !== 0) {
    yield { pass: 4 };
  }
}

/** Bytes of the frame header after the descriptor (RFC 8878 section 3.1.1.1). */
function headerBytes(descriptor: number): number {
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] as number;
  const contentSizeBytes = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] as number;
  return (singleSegment ? 0 : 1) + dictionaryBytes + contentSizeBytes;
}

function blockBytes(type: number, size: number): number {
  if (type === 3) {
    throw damagedInput('zstd', 'a block of the reserved type');
  }
  return type === 1 ? 1 : size;
}
