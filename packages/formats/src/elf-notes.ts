import { type ElfImage, segmentType } from './elf-image.ts';

/** A library that a program loads only when it uses a feature (uapi-group "ELF dlopen metadata"). */
export interface DlopenNote {
  /** Alternatives, best first. */
  readonly sonames: readonly string[];
  readonly priority: 'required' | 'recommended' | 'suggested';
  readonly feature: string;
  readonly description: string;
}

export interface ElfNotes {
  /** The oldest kernel it runs on (NT_GNU_ABI_TAG, operating system 0 is Linux). */
  readonly abi: { readonly os: number; readonly version: readonly [number, number, number] } | undefined;
  /** NT_GNU_BUILD_ID in hexadecimal. */
  readonly buildId: string | undefined;
  readonly dlopen: readonly DlopenNote[];
}

interface Note {
  readonly owner: string;
  readonly type: number;
  readonly content: Buffer;
  readonly offset: number;
}

const gnuAbiTag = 1;
const gnuBuildId = 3;
const fdoDlopen = 0x407c0c0a;
const maxDlopenEntries = 1024;
/** Kernels and core dumps aside, files have below 10; segments may overlap, so the file's size is no bound. */
const maxNotes = 65_536;
/** The owners that are asked for have 4; what is longer is none of them. */
const maxOwnerBytes = 16;

export function readElfNotes(image: ElfImage): ElfNotes {
  const notes = [...walkNotes(image)];
  const find = (owner: string, type: number) => notes.filter((note) => note.owner === owner && note.type === type);
  const abi = find('GNU', gnuAbiTag)[0]?.content;
  return {
    abi: abi === undefined || abi.length < 16 ? undefined : decodeAbi(abi),
    buildId: find('GNU', gnuBuildId)[0]?.content.toString('hex'),
    dlopen: find('FDO', fdoDlopen).flatMap((note) => parseDlopen(image, note)),
  };
}

function decodeAbi(content: Buffer): NonNullable<ElfNotes['abi']> {
  const word = (index: number) => content.readUInt32LE(index * 4);
  return { os: word(0), version: [word(1), word(2), word(3)] };
}

/** Name size, content size, type (32 bits each), name, content; both padded to the alignment of the segment. */
function* walkNotes(image: ElfImage): Generator<Note> {
  let count = 0;
  for (const segment of image.segmentsOf(segmentType.note)) {
    const align = segment.alignment === 8 ? 8 : 4;
    const end = segment.offset + segment.fileBytes;
    for (let at = segment.offset; at + 12 <= end; ) {
      if (++count > maxNotes) {
        throw image.bad('it has too many notes', at);
      }
      const nameBytes = image.u32(at);
      const contentBytes = image.u32(at + 4);
      const contentAt = roundUp(at + 12 + nameBytes, align);
      const owner = image
        .part(at + 12, Math.min(nameBytes, maxOwnerBytes))
        .toString('latin1')
        .replace(/\0+$/, '');
      yield { owner, type: image.u32(at + 8), content: image.part(contentAt, contentBytes), offset: at };
      at = roundUp(contentAt + contentBytes, align);
    }
  }
}

function roundUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}

function parseDlopen(image: ElfImage, note: Note): DlopenNote[] {
  let value: unknown;
  try {
    value = JSON.parse(note.content.toString('utf8').replace(/\0+$/, ''));
  } catch {
    throw image.bad('its dlopen note is no JSON', note.offset);
  }
  if (!Array.isArray(value) || value.length > maxDlopenEntries) {
    throw image.bad('its dlopen note is no list, or too long', note.offset);
  }
  return value.map((entry: unknown) => {
    const parsed = parseDlopenEntry(entry);
    if (parsed === undefined) {
      throw image.bad('its dlopen note has an entry without sonames', note.offset);
    }
    return parsed;
  });
}

function parseDlopenEntry(entry: unknown): DlopenNote | undefined {
  const { soname, priority, feature, description } = Object(entry) as Record<string, unknown>;
  if (!Array.isArray(soname) || !soname.every((name) => typeof name === 'string')) {
    return undefined;
  }
  return {
    sonames: soname,
    // the specification's default
    priority: priority === 'required' || priority === 'suggested' ? priority : 'recommended',
    feature: typeof feature === 'string' ? feature : '',
    description: typeof description === 'string' ? description : '',
  };
}
