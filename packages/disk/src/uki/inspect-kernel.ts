import { type Chunks, SlipwayError } from '@slipway/core';
import { nxCompatible, readPeImage } from './pe-image.ts';
import { parseSbat } from './sbat.ts';

/** Kernels keep their section table in the first page; 64 KiB leaves room for other layouts. */
const headBytes = 64 << 10;
/** SBAT sections have a few hundred bytes. */
const sbatLimitBytes = 64 << 10;

export interface KernelFacts {
  readonly nxCompatible: boolean;
  /** The entries of the kernel's own SBAT section; none when it has no such section. */
  readonly sbat: readonly string[];
}

/**
 * What a UKI has to take over from its kernel. Reads the headers, and further only when there is an SBAT section.
 * Throws `DISK_PE_INVALID` when the kernel is no PE image: a stub could not start it.
 */
export async function inspectKernel(content: () => Chunks): Promise<KernelFacts> {
  const kernel = readPeImage(await readRange(content(), 0, headBytes), 'kernel');
  const section = kernel.sections.find(({ name }) => name === '.sbat');
  const facts = { nxCompatible: (kernel.dllCharacteristics & nxCompatible) !== 0, sbat: [] };
  if (section === undefined) {
    return facts;
  }
  const sizeBytes = Math.min(section.virtualSize, section.rawSize);
  if (sizeBytes > sbatLimitBytes) {
    throw new SlipwayError('DISK_PE_INVALID', `Cannot use the kernel: its SBAT section has ${sizeBytes} bytes`);
  }
  const text = (await readRange(content(), section.rawOffset, sizeBytes)).toString('latin1');
  return { ...facts, sbat: parseSbat(text) };
}

/** Up to `sizeBytes` bytes from `offset` on; fewer when the content ends earlier. */
async function readRange(content: Chunks, offset: number, sizeBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let position = 0;
  for await (const chunk of content) {
    const from = Math.max(offset - position, 0);
    const to = Math.min(offset + sizeBytes - position, chunk.length);
    if (from < to) {
      parts.push(Buffer.from(chunk.subarray(from, to)));
    }
    position += chunk.length;
    if (position >= offset + sizeBytes) {
      break;
    }
  }
  return Buffer.concat(parts);
}
