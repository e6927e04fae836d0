import { type Chunks, SlipwayError } from '@slipway/core';
import { inspectKernel, type KernelFacts } from './inspect-kernel.ts';
import {
  nxCompatible,
  optionalField,
  type PeImage,
  type PeSection,
  readPeImage,
  sectionHeaderBytes,
  sectionLimit,
} from './pe-image.ts';
import { addonSbatEntry, formatSbat, parseSbat, ukiSbatEntry } from './sbat.ts';

/** IMAGE_SCN_MEM_READ with IMAGE_SCN_CNT_INITIALIZED_DATA, for .linux with IMAGE_SCN_CNT_CODE. */
const dataFlags = 0x40000040;
const codeFlags = 0x40000020;

/** Names that systemd-stub accepts more than once (systemd-stub(7)). */
const repeatable: ReadonlySet<string> = new Set(['.dtbauto', '.efifw', '.profile']);

export interface UkiSection {
  /** `.osrel`, `.cmdline`, `.uname`, `.linux`, `.initrd`, `.ucode`, …: at most 8 bytes (UAPI UKI specification). */
  readonly name: string;
  readonly sizeBytes: number;
  /** The content from its beginning; called once for each time it is read. */
  readonly content: () => Chunks;
}

export interface UkiRequest {
  /** `linuxx64.efi.stub` (or the stub for add-ons) of systemd, unsigned. */
  readonly stub: Buffer;
  /** In file order. `.sbat` is not among them: see `sbat`. */
  readonly sections: readonly UkiSection[];
  /** Entries that follow those of the stub and of the kernel; by default the one for UKIs or for add-ons. */
  readonly sbat?: readonly string[];
}

export interface UkiPlan {
  readonly sizeBytes: number;
  /** The file, front to back. Throws `DISK_CONTENT_SIZE` when a content has another size than was announced. */
  write(): AsyncIterable<Uint8Array>;
}

/** A section of text or small bytes. */
export function ukiSection(name: string, content: string | Uint8Array): UkiSection {
  const bytes = Buffer.from(content);
  return { name, sizeBytes: bytes.length, content: () => [bytes] };
}

/**
 * Plans a unified kernel image: the stub with the sections appended. The stub's time stamp and checksum become 0, its
 * NX flag is kept only when the kernel has it too, and its SBAT section is extended in place. Only the head of `.linux`
 * is read here. Throws `DISK_PE_INVALID`, `DISK_UKI_STUB`, `DISK_UKI_SECTION` and `DISK_UKI_SBAT`.
 */
export async function planUki({ stub, sections, sbat }: UkiRequest): Promise<UkiPlan> {
  const image = readStub(stub);
  checkSections(sections, image);
  const linux = sections.find(({ name }) => name === '.linux');
  const kernel = linux === undefined ? undefined : await inspectKernel(linux.content);
  const own = sbat ?? [kernel === undefined ? addonSbatEntry : ukiSbatEntry];
  const base = image.sections.find(({ name }) => name === '.sbat');
  const entries = formatSbat([...sbatOf(stub, base), ...(kernel?.sbat ?? []), ...own]);
  const appended = base === undefined ? [...sections, ukiSection('.sbat', entries)] : sections;
  const placed = placeSections(image, stub.length, appended);
  const head = formatHead(stub, image, { placed, kernel, sbat: base === undefined ? undefined : { base, entries } });
  const last = placed.at(-1);
  return {
    sizeBytes: last === undefined ? head.length : last.rawOffset + last.rawSize,
    write: () => writeUki(head, placed),
  };
}

function readStub(stub: Buffer): PeImage {
  const image = readPeImage(stub, 'boot stub');
  if (image.hasSignature) {
    throw stubError('it is signed already', 'take the unsigned stub and sign the finished image');
  }
  const cut = image.sections.find(({ rawOffset, rawSize }) => rawOffset + rawSize > stub.length);
  if (cut !== undefined || image.sections.length === 0) {
    throw stubError(cut === undefined ? 'it has no sections' : `its section ${cut.name} is cut off`, 'fetch it again');
  }
  return image;
}

function checkSections(sections: readonly UkiSection[], image: PeImage): void {
  const reserved = ['.sbat', ...image.sections.map(({ name }) => name)];
  let taken = new Set(reserved);
  for (const { name, sizeBytes } of sections) {
    if (name === '.profile') {
      taken = new Set(reserved); // a profile may replace sections of the base profile
    }
    if (!/^\.[!-~]{1,7}$/.test(name) || (taken.has(name) && !repeatable.has(name))) {
      throw sectionError(name, 'the name is taken, or is not a dot and one to seven ASCII characters');
    }
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes <= 0) {
      throw sectionError(name, `its size is ${sizeBytes} bytes`);
    }
    taken.add(name);
  }
}

function sbatOf(stub: Buffer, section: PeSection | undefined): string[] {
  if (section === undefined) {
    return [];
  }
  const sizeBytes = Math.min(section.virtualSize, section.rawSize);
  return parseSbat(stub.toString('latin1', section.rawOffset, section.rawOffset + sizeBytes));
}

interface PlacedSection extends PeSection {
  readonly content: () => Chunks;
}

function placeSections(image: PeImage, stubBytes: number, sections: readonly UkiSection[]): PlacedSection[] {
  let headerOffset = image.sectionTableEnd;
  let rawOffset = alignUp(stubBytes, image.fileAlignment);
  let end = imageEnd(image.sections);
  return sections.map(({ name, sizeBytes, content }) => {
    const placed = {
      name,
      virtualSize: sizeBytes,
      virtualAddress: alignUp(end, image.sectionAlignment),
      rawSize: alignUp(sizeBytes, image.fileAlignment),
      rawOffset,
      characteristics: name === '.linux' ? codeFlags : dataFlags,
      headerOffset,
      content,
    };
    headerOffset += sectionHeaderBytes;
    rawOffset += placed.rawSize;
    end = placed.virtualAddress + sizeBytes;
    if (rawOffset > 0xffffffff || alignUp(end, image.sectionAlignment) > 0xffffffff) {
      throw sectionError(name, 'the image would be larger than 4 GiB');
    }
    return placed;
  });
}

interface HeadChanges {
  readonly placed: readonly PlacedSection[];
  readonly kernel: KernelFacts | undefined;
  /** The SBAT section of the stub and its new content. */
  readonly sbat: { readonly base: PeSection; readonly entries: Buffer } | undefined;
}

/** The stub as it begins the new file: changed headers, padded to the first new section. */
function formatHead(stub: Buffer, image: PeImage, { placed, kernel, sbat }: HeadChanges): Buffer {
  checkHeaderSpace(stub, image, placed.length);
  const head = Buffer.alloc(alignUp(stub.length, image.fileAlignment));
  stub.copy(head);
  for (const section of placed) {
    writeSectionHeader(head, section);
  }
  if (sbat !== undefined) {
    replaceSbat(head, sbat.base, sbat.entries);
  }
  const all = [...image.sections, ...placed];
  const setField = (at: number, value: number) => head.writeUInt32LE(value, image.optionalOffset + at);
  const addedBytes = placed.reduce((sum, section) => sum + section.virtualSize, 0);
  head.writeUInt16LE(all.length, image.coffOffset + 2);
  head.writeUInt32LE(0, image.coffOffset + 4); // time stamp
  setField(optionalField.sizeOfInitializedData, (image.sizeOfInitializedData + addedBytes) >>> 0);
  setField(optionalField.sizeOfImage, alignUp(imageEnd(all), image.sectionAlignment));
  setField(optionalField.sizeOfHeaders, alignUp(image.sizeOfHeaders, image.fileAlignment));
  setField(optionalField.checkSum, 0);
  if (kernel !== undefined && !kernel.nxCompatible) {
    // Firmware that enforces NX must not be promised more than the kernel keeps.
    const at = image.optionalOffset + optionalField.dllCharacteristics;
    head.writeUInt16LE(image.dllCharacteristics & ~nxCompatible, at);
  }
  return head;
}

/** New headers go between the section table and the first content; that space must be unused. */
function checkHeaderSpace(stub: Buffer, image: PeImage, count: number): void {
  const firstContent = Math.min(...image.sections.filter(({ rawSize }) => rawSize > 0).map((s) => s.rawOffset));
  const space = Math.min(alignUp(image.sizeOfHeaders, image.fileAlignment), firstContent);
  const end = image.sectionTableEnd + count * sectionHeaderBytes;
  if (end > space || image.sections.length + count > sectionLimit) {
    throw stubError(`there is no room for ${count} more section headers`, 'use a stub of systemd 254 or later');
  }
  if (stub.subarray(image.sectionTableEnd, end).some((byte) => byte !== 0)) {
    throw stubError('the space behind its section table is in use', 'use a stub of systemd 254 or later');
  }
}

function writeSectionHeader(head: Buffer, section: PeSection): void {
  const at = section.headerOffset;
  head.write(section.name, at, 'latin1');
  head.writeUInt32LE(section.virtualSize, at + 8);
  head.writeUInt32LE(section.virtualAddress, at + 12);
  head.writeUInt32LE(section.rawSize, at + 16);
  head.writeUInt32LE(section.rawOffset, at + 20);
  head.writeUInt32LE(section.characteristics, at + 36);
}

function replaceSbat(head: Buffer, section: PeSection, entries: Buffer): void {
  if (entries.length > section.rawSize) {
    throw new SlipwayError(
      'DISK_UKI_SBAT',
      `Cannot extend the SBAT section: ${entries.length} bytes do not fit into ${section.rawSize}`,
      { hint: 'use fewer or shorter entries' },
    );
  }
  head.fill(0, section.rawOffset, section.rawOffset + section.rawSize);
  entries.copy(head, section.rawOffset);
  head.writeUInt32LE(entries.length, section.headerOffset + 8);
}

async function* writeUki(head: Buffer, sections: readonly PlacedSection[]): AsyncGenerator<Uint8Array> {
  yield head;
  for (const section of sections) {
    let sizeBytes = 0;
    for await (const chunk of section.content()) {
      sizeBytes += chunk.length;
      if (sizeBytes > section.virtualSize) {
        break;
      }
      yield chunk;
    }
    if (sizeBytes !== section.virtualSize) {
      throw new SlipwayError(
        'DISK_CONTENT_SIZE',
        `Cannot write the section ${section.name}: its content has not the ${section.virtualSize} bytes announced`,
      );
    }
    yield Buffer.alloc(section.rawSize - sizeBytes);
  }
}

function imageEnd(sections: readonly PeSection[]): number {
  return Math.max(...sections.map(({ virtualAddress, virtualSize }) => virtualAddress + virtualSize));
}

function alignUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}

function stubError(reason: string, hint: string): SlipwayError {
  return new SlipwayError('DISK_UKI_STUB', `Cannot build on the boot stub: ${reason}`, { hint });
}

function sectionError(name: string, reason: string): SlipwayError {
  return new SlipwayError('DISK_UKI_SECTION', `Cannot add the section ${JSON.stringify(name)}: ${reason}`);
}
