import { SlipwayError } from '@slipway/core';

/** Windows loaders stop at 96 sections ("PE Format", section "COFF File Header"). */
export const sectionLimit = 96;
export const sectionHeaderBytes = 40;
/** IMAGE_DLLCHARACTERISTICS_NX_COMPAT: the image runs with pages that are never writable and executable at once. */
export const nxCompatible = 0x0100;

const coffHeaderBytes = 20;
const pe32 = 0x010b;
const pe32Plus = 0x020b;
const certificateDirectory = 4;

export interface PeSection {
  /** Without trailing NULs. */
  readonly name: string;
  readonly virtualSize: number;
  readonly virtualAddress: number;
  readonly rawSize: number;
  /** File offset of the content. */
  readonly rawOffset: number;
  readonly characteristics: number;
  /** File offset of the 40-byte header. */
  readonly headerOffset: number;
}

export interface PeImage {
  /** File offsets of the COFF header and of the optional header. */
  readonly coffOffset: number;
  readonly optionalOffset: number;
  /** File offset behind the last section header. */
  readonly sectionTableEnd: number;
  /** Powers of two, in bytes. */
  readonly sectionAlignment: number;
  readonly fileAlignment: number;
  readonly sizeOfInitializedData: number;
  readonly sizeOfHeaders: number;
  readonly dllCharacteristics: number;
  readonly hasSignature: boolean;
  readonly sections: readonly PeSection[];
}

/** Offsets inside the optional header that are the same in PE32 and PE32+. */
export const optionalField = {
  sizeOfInitializedData: 8,
  sectionAlignment: 32,
  fileAlignment: 36,
  sizeOfImage: 56,
  sizeOfHeaders: 60,
  checkSum: 64,
  dllCharacteristics: 70,
} as const;

/**
 * Reads the headers of a PE32 or PE32+ image (Microsoft, "PE Format") from its first bytes: `head` must reach to the
 * end of the section table. Whether the contents are inside the file is the caller's to check.
 * Throws `DISK_PE_INVALID`.
 */
export function readPeImage(head: Buffer, name = 'PE image'): PeImage {
  const reader = new HeaderReader(head, name);
  if (reader.u16(0) !== 0x5a4d) {
    throw reader.invalid('it does not begin with MZ', 0);
  }
  const signatureOffset = reader.u32(0x3c);
  if (reader.u32(signatureOffset) !== 0x4550) {
    throw reader.invalid('there is no PE signature', signatureOffset);
  }
  const coffOffset = signatureOffset + 4;
  const optionalOffset = coffOffset + coffHeaderBytes;
  const sectionTable = optionalOffset + reader.u16(coffOffset + 16);
  const sections = readSections(reader, sectionTable, reader.u16(coffOffset + 2));
  const field = (at: number) => reader.u32(optionalOffset + at);
  return {
    coffOffset,
    optionalOffset,
    sectionTableEnd: sectionTable + sections.length * sectionHeaderBytes,
    sectionAlignment: reader.alignment(optionalOffset + optionalField.sectionAlignment),
    fileAlignment: reader.alignment(optionalOffset + optionalField.fileAlignment),
    sizeOfInitializedData: field(optionalField.sizeOfInitializedData),
    sizeOfHeaders: field(optionalField.sizeOfHeaders),
    dllCharacteristics: reader.u16(optionalOffset + optionalField.dllCharacteristics),
    hasSignature: hasCertificates(reader, optionalOffset, sectionTable),
    sections,
  };
}

function hasCertificates(reader: HeaderReader, optionalOffset: number, optionalEnd: number): boolean {
  const magic = reader.u16(optionalOffset);
  if (magic !== pe32 && magic !== pe32Plus) {
    throw reader.invalid(`the optional header has the unknown magic 0x${magic.toString(16)}`, optionalOffset);
  }
  const directories = optionalOffset + (magic === pe32 ? 96 : 112);
  if (directories > optionalEnd) {
    throw reader.invalid('the optional header is too short', optionalOffset);
  }
  const count = Math.min(reader.u32(directories - 4), Math.floor((optionalEnd - directories) / 8));
  return count > certificateDirectory && reader.u32(directories + certificateDirectory * 8 + 4) !== 0;
}

function readSections(reader: HeaderReader, table: number, count: number): PeSection[] {
  if (count > sectionLimit) {
    throw reader.invalid(`it has ${count} sections, more than ${sectionLimit}`, table);
  }
  return Array.from({ length: count }, (_, index) => {
    const headerOffset = table + index * sectionHeaderBytes;
    return {
      name: reader.name(headerOffset),
      virtualSize: reader.u32(headerOffset + 8),
      virtualAddress: reader.u32(headerOffset + 12),
      rawSize: reader.u32(headerOffset + 16),
      rawOffset: reader.u32(headerOffset + 20),
      characteristics: reader.u32(headerOffset + 36),
      headerOffset,
    };
  });
}

class HeaderReader {
  readonly #head: Buffer;
  readonly #file: string;

  constructor(head: Buffer, file: string) {
    this.#head = head;
    this.#file = file;
  }

  u16(offset: number): number {
    this.#check(offset, 2);
    return this.#head.readUInt16LE(offset);
  }

  u32(offset: number): number {
    this.#check(offset, 4);
    return this.#head.readUInt32LE(offset);
  }

  name(offset: number): string {
    this.#check(offset, 8);
    return this.#head.toString('latin1', offset, offset + 8).replace(/\0+$/, '');
  }

  /** From one byte to 64 KiB, a power of two. */
  alignment(offset: number): number {
    const value = this.u32(offset);
    if (value === 0 || value > 0x10000 || (value & (value - 1)) !== 0) {
      throw this.invalid(`${value} is not an alignment`, offset);
    }
    return value;
  }

  invalid(reason: string, offset: number): SlipwayError {
    return new SlipwayError('DISK_PE_INVALID', `Cannot read ${this.#file} as a PE image: ${reason}`, {
      at: { file: this.#file, offset },
    });
  }

  #check(offset: number, sizeBytes: number): void {
    if (offset + sizeBytes > this.#head.length) {
      throw this.invalid('its headers are cut off', this.#head.length);
    }
  }
}
