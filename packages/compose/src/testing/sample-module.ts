import { ByteWriter } from '@slipway/core';

export interface SampleModule {
  /** `key=value` fields of .modinfo, in order. */
  readonly modinfo: readonly string[];
  readonly exports?: readonly string[];
  /** Symbols that it takes from other modules. */
  readonly imports?: readonly string[];
}

const headerBytes = 64;
const sectionBytes = 64;
const symbolBytes = 24;
const sectionTypes = { progbits: 1, symtab: 2, strtab: 3 } as const;
const alloc = 2;

interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly bytes: Buffer;
  readonly link: number;
  readonly entryBytes: number;
}

/** A relocatable x86-64 ELF file with what depmod reads of a kernel module (ELF gABI; modinfo of moduleparam.h). */
export function sampleModule(module: SampleModule): Buffer {
  const exported = module.exports ?? [];
  const defined = exported.flatMap((name) => [name, `__ksymtab_${name}`]);
  const names = [...defined, ...(module.imports ?? [])];
  const strings = stringTable(names);
  const modinfo = terminated(module.modinfo);
  const sections: Section[] = [
    { name: '', type: 0, flags: 0, bytes: Buffer.alloc(0), link: 0, entryBytes: 0 },
    { name: '.modinfo', type: sectionTypes.progbits, flags: alloc, bytes: modinfo, link: 0, entryBytes: 0 },
    {
      name: '__ksymtab_strings',
      type: sectionTypes.progbits,
      flags: alloc,
      bytes: terminated(exported),
      link: 0,
      entryBytes: 0,
    },
    { name: '.strtab', type: sectionTypes.strtab, flags: 0, bytes: strings.bytes, link: 0, entryBytes: 0 },
    {
      name: '.symtab',
      type: sectionTypes.symtab,
      flags: 0,
      bytes: symbolTable(names, strings.offsets, defined.length),
      link: 3,
      entryBytes: symbolBytes,
    },
  ];
  return elfFile(sections);
}

function terminated(texts: readonly string[]): Buffer {
  return Buffer.from(texts.map((text) => `${text}\0`).join(''), 'latin1');
}

function stringTable(names: readonly string[]): { bytes: Buffer; offsets: number[] } {
  const out = new ByteWriter().u8(0);
  const offsets = names.map((name) => {
    const offset = out.length;
    out.text(name).u8(0);
    return offset;
  });
  return { bytes: out.finish(), offsets };
}

/** Global symbols: the first `defined` in section 1, the others undefined. */
function symbolTable(names: readonly string[], offsets: readonly number[], defined: number): Buffer {
  const out = new ByteWriter().zeros(symbolBytes);
  names.forEach((_, index) => {
    const section = index < defined ? 1 : 0;
    out
      .u32le(offsets[index] as number)
      .u8(0x10)
      .u8(0)
      .u16le(section)
      .u64le(0)
      .u64le(0);
  });
  return out.finish();
}

function elfFile(content: readonly Section[]): Buffer {
  const names = stringTable([...content.map(({ name }) => name), '.shstrtab']);
  const last: Section = {
    name: '.shstrtab',
    type: sectionTypes.strtab,
    flags: 0,
    bytes: names.bytes,
    link: 0,
    entryBytes: 0,
  };
  const sections = [...content, last];
  const body = new ByteWriter();
  const places = sections.map(({ bytes }) => {
    const offset = headerBytes + body.align(8).length;
    body.bytes(bytes);
    return offset;
  });
  const tableOffset = headerBytes + body.align(8).length;
  const out = new ByteWriter().text('\x7fELF', 'latin1').u8(2).u8(1).u8(1).zeros(9);
  out.u16le(1).u16le(62).u32le(1).u64le(0).u64le(0).u64le(tableOffset).u32le(0);
  out
    .u16le(headerBytes)
    .u16le(0)
    .u16le(0)
    .u16le(sectionBytes)
    .u16le(sections.length)
    .u16le(sections.length - 1);
  out.bytes(body.finish());
  sections.forEach((section, index) => {
    out
      .u32le(names.offsets[index] as number)
      .u32le(section.type)
      .u64le(section.flags)
      .u64le(0);
    out.u64le(section.type === 0 ? 0 : (places[index] as number)).u64le(section.bytes.length);
    out.u32le(section.link).u32le(section.type === sectionTypes.symtab ? 1 : 0);
    out.u64le(section.type === 0 ? 0 : 8).u64le(section.entryBytes);
  });
  return out.finish();
}
