import { SlipwayError } from '@slipway/core';
import { asBuffer } from './chunk-reader.ts';
import { ElfImage } from './elf-image.ts';

interface Section {
  readonly nameOffset: number;
  readonly type: number;
  readonly offset: number;
  readonly sizeBytes: number;
  readonly link: number;
}

const sectionHeaderBytes = 64;
const symbolBytes = 24;
/** SHT_SYMTAB and SHT_NOBITS of the ELF-64 gABI. */
const sectionType = { symbolTable: 2, noBits: 8 } as const;
/** A kernel module has a few dozen sections; the count is 16 bits in the format. */
const maxSymbols = 1 << 22;

/** The sections of an ELF file by name, and the names in its symbol table: what relocatable files (kernel modules) have. */
export interface ElfSections {
  readonly sections: ReadonlyMap<string, Buffer>;
  readonly symbols: readonly string[];
}

/** Reads the section table of a 64-bit little-endian ELF file given whole. Throws `FORMATS_BAD_ELF`. */
export function readElfSections(bytes: Uint8Array, { file = 'ELF file' } = {}): ElfSections {
  if (asBuffer(bytes).toString('latin1', 0, 6) !== '\x7fELF\x02\x01') {
    throw new SlipwayError('FORMATS_BAD_ELF', `Cannot read ${file}: it is no 64-bit little-endian ELF file`, {
      at: { file, offset: 0 },
    });
  }
  const image = new ElfImage(bytes, file);
  const table = readTable(image);
  const names = table[image.u16(62)];
  if (names === undefined) {
    throw image.bad('its section names are in no section', 62);
  }
  const found = new Map(
    table
      .filter(({ type }) => type !== sectionType.noBits)
      .map(
        (section) =>
          [image.text(names.offset + section.nameOffset), image.part(section.offset, section.sizeBytes)] as const,
      ),
  );
  return {
    sections: found,
    symbols: table
      .filter(({ type }) => type === sectionType.symbolTable)
      .flatMap((section) => symbolNames(image, table, section)),
  };
}

function readTable(image: ElfImage): Section[] {
  const count = image.u16(60);
  if (image.u16(58) !== sectionHeaderBytes) {
    throw image.bad('its section headers have another size than the format', 58);
  }
  const start = image.u64(40);
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * sectionHeaderBytes;
    return {
      nameOffset: image.u32(at),
      type: image.u32(at + 4),
      offset: image.u64(at + 24),
      sizeBytes: image.u64(at + 32),
      link: image.u32(at + 40),
    };
  });
}

function symbolNames(image: ElfImage, table: readonly Section[], symbols: Section): string[] {
  const strings = table[symbols.link];
  const count = Math.floor(symbols.sizeBytes / symbolBytes);
  if (strings === undefined || count > maxSymbols) {
    throw image.bad('its symbol table has no names, or too many', symbols.offset);
  }
  const names: string[] = [];
  for (let index = 0; index < count; index++) {
    const offset = image.u32(symbols.offset + index * symbolBytes);
    if (offset !== 0) {
      names.push(image.text(strings.offset + offset));
    }
  }
  return names;
}
