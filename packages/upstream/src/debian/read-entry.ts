import { SlipwayError } from '@slipway/core';
import type { PayloadEntry } from './payload-entry.ts';
import type { PayloadSpool } from './payload-spool.ts';

/** The content of a regular file in chunks; nothing for other entries. */
export function streamEntry(entry: PayloadEntry, spool: PayloadSpool): AsyncIterable<Uint8Array> | Uint8Array[] {
  const { content } = entry;
  return content === undefined ? [] : content instanceof Uint8Array ? [content] : spool.stream(content);
}

/** The whole content of a regular file. Throws `CORE_LIMIT` when it is larger than `limitBytes`. */
export async function readEntry(entry: PayloadEntry, spool: PayloadSpool, limitBytes: number): Promise<Buffer> {
  if (entry.sizeBytes > limitBytes) {
    throw new SlipwayError('CORE_LIMIT', `Cannot read ${entry.path}: larger than ${limitBytes} bytes`);
  }
  const { content } = entry;
  if (content === undefined || content instanceof Uint8Array) {
    return Buffer.from(content ?? []);
  }
  return await spool.read(content);
}
