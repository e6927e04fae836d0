import { SlipwayError } from '@slipway/core';
import { asBuffer } from './chunk-reader.ts';

/** One program header (ELF-64 gABI, "Program Header"); offsets and sizes in bytes. */
export interface ElfSegment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly fileBytes: number;
  readonly alignment: number;
}

export const segmentType = { load: 1, dynamic: 2, interpreter: 3, note: 4 } as const;
const dynamicSection = 6;
const headerBytes = 64;
const segmentBytes = 56;
const sectionBytes = 64;

/** A 64-bit little-endian ELF file in memory; every read is checked against its bounds (`FORMATS_BAD_ELF`). */
export class ElfImage {
  readonly #file: string;
  readonly bytes: Buffer;
  readonly segments: readonly ElfSegment[];
  #textBytes = 0;

  constructor(bytes: Uint8Array, file: string) {
    this.#file = file;
    this.bytes = asBuffer(bytes);
    this.segments = this.#readSegments();
  }

  bad(why: string, offset: number): SlipwayError {
    return new SlipwayError('FORMATS_BAD_ELF', `Cannot read ${this.#file}: ${why}`, {
      at: { file: this.#file, offset },
    });
  }

  u16(offset: number): number {
    return this.part(offset, 2).readUInt16LE(0);
  }

  u32(offset: number): number {
    return this.part(offset, 4).readUInt32LE(0);
  }

  u64(offset: number): number {
    const value = Number(this.part(offset, 8).readBigUInt64LE(0));
    return Number.isSafeInteger(value) ? value : Number.MAX_SAFE_INTEGER;
  }

  part(offset: number, sizeBytes: number): Buffer {
    if (offset < 0 || sizeBytes < 0 || offset + sizeBytes > this.bytes.length) {
      throw this.bad(`${sizeBytes} bytes at ${offset} lie outside of it`, Math.min(offset, this.bytes.length));
    }
    return this.bytes.subarray(offset, offset + sizeBytes);
  }

  /** Zero-terminated text at a file offset, in UTF-8. */
  text(offset: number): string {
    const end = offset <= this.bytes.length ? this.bytes.indexOf(0, offset) : -1;
    if (end < 0 || end - offset > maxTextBytes) {
      throw this.bad('a string does not end', Math.min(offset, this.bytes.length));
    }
    this.#textBytes += end - offset;
    if (this.#textBytes > maxAllTextBytes) {
      throw this.bad('its strings overlap', offset);
    }
    return this.bytes.toString('utf8', offset, end);
  }

  segmentsOf(type: number): ElfSegment[] {
    return this.segments.filter((segment) => segment.type === type);
  }

  /** The file offset of a virtual address. */
  offsetOf(address: number): number {
    for (const segment of this.segments) {
      const within = address - segment.address;
      if (segment.type === segmentType.load && within >= 0 && within < segment.fileBytes) {
        return segment.offset + within;
      }
    }
    throw this.bad(`the address 0x${address.toString(16)} is in no loaded segment`, 0);
  }

  /**
   * Whether its segments are there: detached debug files keep the program headers but have no content behind them,
   * which shows in their section table (no SHT_DYNAMIC section where a dynamic segment is announced).
   */
  hasContent(): boolean {
    const count = this.u16(60);
    if (count === 0 || this.segmentsOf(segmentType.dynamic).length === 0) {
      return true;
    }
    const table = this.u64(40);
    if (this.u16(58) !== sectionBytes) {
      throw this.bad('its section headers have another size than the format', 58);
    }
    const types = Array.from({ length: count }, (_, index) => this.u32(table + index * sectionBytes + 4));
    return types.includes(dynamicSection);
  }

  #readSegments(): ElfSegment[] {
    this.part(0, headerBytes);
    const count = this.u16(56);
    if (count > 0 && this.u16(54) !== segmentBytes) {
      throw this.bad('its program headers have another size than the format', 54);
    }
    if (count > maxSegments) {
      throw this.bad(`it has ${count} program headers`, 56);
    }
    return Array.from({ length: count }, (_, index) => {
      const at = this.u64(32) + index * segmentBytes;
      return {
        type: this.u32(at),
        offset: this.u64(at + 8),
        address: this.u64(at + 16),
        fileBytes: this.u64(at + 32),
        alignment: this.u64(at + 48),
      };
    });
  }
}

/** Sonames, paths and versions: PATH_MAX, and mangled version names stay far below. */
const maxTextBytes = 65_536;
/** Of all strings that are read: many references to one long string must not become much memory. */
const maxAllTextBytes = 16 << 20;
/** Real files have below 20; a core dump (which no package has) may have more. */
const maxSegments = 1024;
