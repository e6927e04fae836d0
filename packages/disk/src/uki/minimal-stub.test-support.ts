import { ByteWriter } from '@slipway/core';

export interface MinimalStub {
  readonly sbat?: string;
  readonly nx?: boolean;
  readonly signed?: boolean;
  /** Room for this many section headers behind the two or three of the stub. */
  readonly spareHeaders?: number;
}

const fileAlignment = 0x200;
const sectionAlignment = 0x1000;

/** A valid, tiny PE32+ EFI application: .text (returns at once) and, when asked for, .sbat. */
export function minimalStub({ sbat, nx = true, signed = false, spareHeaders = 40 }: MinimalStub = {}): Buffer {
  const contents = [
    { name: '.text', flags: 0x60000020, bytes: Buffer.from([0x31, 0xc0, 0xc3]) },
    ...(sbat === undefined ? [] : [{ name: '.sbat', flags: 0x40000040, bytes: Buffer.from(sbat) }]),
  ];
  const headerBytes = 64 + 24 + 240 + (contents.length + spareHeaders) * 40;
  const headers = Math.ceil(headerBytes / fileAlignment) * fileAlignment;
  const writer = new ByteWriter().text('MZ').align(60).u32le(64).text('PE\0\0');
  writer.u16le(0x8664).u16le(contents.length).u32le(1_700_000_000).u32le(0).u32le(0).u16le(240).u16le(0x22e);
  writer.u16le(0x20b).u16le(0).u32le(fileAlignment).u32le(0).u32le(0);
  writer
    .u32le(0x1000 * Math.ceil(headers / 0x1000))
    .u32le(sectionAlignment)
    .u64le(0x140000000n);
  writer.u32le(sectionAlignment).u32le(fileAlignment).zeros(16);
  const firstAddress = 0x1000 * Math.ceil(headers / 0x1000);
  writer
    .u32le(firstAddress + contents.length * sectionAlignment)
    .u32le(headers)
    .u32le(0x1234);
  writer
    .u16le(10)
    .u16le(nx ? 0x160 : 0x60)
    .zeros(32)
    .u32le(0)
    .u32le(16);
  writer
    .zeros(32)
    .u32le(signed ? 0x1000 : 0)
    .u32le(signed ? 64 : 0)
    .zeros(88);
  contents.forEach(({ name, flags, bytes }, index) => {
    writer
      .text(name)
      .zeros(8 - name.length)
      .u32le(bytes.length)
      .u32le(firstAddress + index * sectionAlignment);
    writer
      .u32le(0x400)
      .u32le(headers + index * 0x400)
      .zeros(12)
      .u32le(flags);
  });
  writer.zeros(headers - writer.length);
  for (const { bytes } of contents) {
    writer.bytes(bytes).zeros(0x400 - bytes.length);
  }
  return Buffer.from(writer.finish());
}
