import type { ChunkReader } from './chunk-reader.ts';

/** Values by keyword, as bytes: xattrs are binary. */
export type PaxRecords = ReadonlyMap<string, Buffer>;

/** Parses `LENGTH KEYWORD=VALUE\n` records (POSIX pax, "Extended Header"). */
export function parsePaxRecords(reader: ChunkReader, bytes: Buffer): Map<string, Buffer> {
  const records = new Map<string, Buffer>();
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const digits = bytes.toString('latin1', at, space < 0 ? at : Math.min(space, at + 12));
    const end = /^[1-9][0-9]*$/.test(digits) ? at + Number(digits) : Number.NaN;
    const equals = bytes.indexOf(0x3d, space);
    if (!(end <= bytes.length) || equals < 0 || equals >= end - 1 || equals <= space + 1 || bytes[end - 1] !== 0x0a) {
      throw reader.error('FORMATS_BAD_ARCHIVE', 'a PAX record is malformed');
    }
    records.set(bytes.toString('utf8', space + 1, equals), Buffer.from(bytes.subarray(equals + 1, end - 1)));
    at = end;
  }
  return records;
}

export function formatPaxRecord(keyword: string, value: string | Uint8Array): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${keyword}=`), Buffer.from(value as Uint8Array), Buffer.from('\n')]);
  // the length counts its own digits
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) {
    length = String(length).length + rest.length;
  }
  return Buffer.concat([Buffer.from(String(length)), rest]);
}
