import { type ElfDynamic, noDynamic, readElfDynamic } from './elf-dynamic.ts';
import { ElfImage, segmentType } from './elf-image.ts';
import { type ElfNotes, readElfNotes } from './elf-notes.ts';

export interface ElfFile extends ElfDynamic, ElfNotes {
  readonly type: 'relocatable' | 'executable' | 'shared' | 'core' | 'other';
  readonly machine: 'x86_64' | 'aarch64';
  /** EI_OSABI: 0 System V, 3 GNU. */
  readonly osAbi: number;
  /** The program interpreter (PT_INTERP): dynamically linked executables have one. */
  readonly interpreter: string | undefined;
}

const types = ['other', 'relocatable', 'executable', 'shared', 'core'] as const;
const machines: Readonly<Record<number, ElfFile['machine']>> = { 62: 'x86_64', 183: 'aarch64' };

/**
 * What the dynamic linker and dependency generators need of an ELF file, given whole. Undefined for what is no
 * 64-bit little-endian ELF file of x86-64 or aarch64; a detached debug file has no dynamic information.
 * Throws `FORMATS_BAD_ELF` when it is one and damaged.
 */
export function readElf(bytes: Uint8Array, { file = 'ELF file' } = {}): ElfFile | undefined {
  // magic, ELFCLASS64, ELFDATA2LSB, EV_CURRENT
  if (bytes.length < 20 || Buffer.from(bytes.subarray(0, 7)).toString('hex') !== '7f454c46020101') {
    return undefined;
  }
  const image = new ElfImage(bytes, file);
  const machine = machines[image.u16(18)];
  if (machine === undefined) {
    return undefined;
  }
  const complete = image.hasContent();
  return {
    type: types[image.u16(16)] ?? 'other',
    machine,
    osAbi: bytes[7] as number,
    interpreter: complete ? readInterpreter(image) : undefined,
    ...(complete ? readElfDynamic(image) : noDynamic),
    ...(complete ? readElfNotes(image) : noNotes),
  };
}

const noNotes: ElfNotes = { abi: undefined, buildId: undefined, dlopen: [] };

function readInterpreter(image: ElfImage): string | undefined {
  const segment = image.segmentsOf(segmentType.interpreter)[0];
  return segment && image.text(segment.offset);
}
