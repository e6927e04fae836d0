import { ByteWriter } from '@slipway/core';
import { isoSectorBytes } from './iso-tree.ts';

/** Both byte orders, one after the other (ECMA-119 section 7.3.3). */
export function bothEndian32(value: number): Buffer {
  return new ByteWriter(8).u32le(value).u32be(value).finish();
}

/** The 7 bytes of a date in directory records, UTC (ECMA-119 section 9.1.5); years from 1900 to 2155. */
export function recordDate(seconds: number): Buffer {
  const moment = new Date(Math.min(Math.max(seconds, Date.UTC(1900) / 1000), Date.UTC(2155, 11, 31) / 1000) * 1000);
  return Buffer.from([
    moment.getUTCFullYear() - 1900,
    moment.getUTCMonth() + 1,
    moment.getUTCDate(),
    moment.getUTCHours(),
    moment.getUTCMinutes(),
    moment.getUTCSeconds(),
    0,
  ]);
}

export interface PosixFacts {
  readonly mode: number;
  readonly links: number;
  readonly time: number;
  /** Absent for `.` and `..`. */
  readonly name?: string;
  /** The `.` of the root announces SUSP and Rock Ridge. */
  readonly isRoot?: boolean;
}

/** Room of a name piece in one NM entry. */
const nameBytes = 200;

/** System use entries in their order (SUSP and Rock Ridge Interchange Protocol 1.10). */
export function rockRidgeEntries({ mode, links, time, name, isRoot = false }: PosixFacts): Buffer[] {
  const owner = [bothEndian32(0), bothEndian32(0)];
  const date = recordDate(time);
  return [
    ...(isRoot ? [entry('SP', Buffer.from([0xbe, 0xef, 0]))] : []),
    entry('PX', bothEndian32(mode), bothEndian32(links), ...owner),
    entry('TF', Buffer.from([modified | accessed | changed]), date, date, date),
    ...(name === undefined ? [] : nameEntries(Buffer.from(name))),
    ...(isRoot ? [extensionEntry()] : []),
  ];
}

const modified = 2;
const accessed = 4;
const changed = 8;

function nameEntries(name: Buffer): Buffer[] {
  const entries: Buffer[] = [];
  for (let at = 0; at < name.length; at += nameBytes) {
    const goesOn = at + nameBytes < name.length;
    entries.push(entry('NM', Buffer.from([goesOn ? 1 : 0]), name.subarray(at, at + nameBytes)));
  }
  return entries;
}

/** The identifier, description and source that the protocol prescribes for itself. */
function extensionEntry(): Buffer {
  const identifier = 'RRIP_1991A';
  const description = 'THE ROCK RIDGE INTERCHANGE PROTOCOL PROVIDES SUPPORT FOR POSIX FILE SYSTEM SEMANTICS';
  const source =
    'PLEASE CONTACT DISC PUBLISHER FOR SPECIFICATION SOURCE.  ' +
    'SEE PUBLISHER IDENTIFIER IN PRIMARY VOLUME DESCRIPTOR FOR CONTACT INFORMATION.';
  const lengths = Buffer.from([identifier.length, description.length, source.length, 1]);
  return entry('ER', lengths, Buffer.from(identifier + description + source));
}

function entry(signature: string, ...fields: readonly Uint8Array[]): Buffer {
  const data = Buffer.concat(fields);
  return Buffer.concat([Buffer.from(signature), Buffer.from([data.length + 4, 1]), data]);
}

const continuationBytes = 28;

/** Collects what does not fit into directory records. Its place must be known when the last record is written. */
export class ContinuationArea {
  readonly #writer = new ByteWriter(isoSectorBytes);
  readonly #firstSector: number;

  constructor(firstSector: number) {
    this.#firstSector = firstSector;
  }

  /** The entries for a record with `room` bytes: all, or some and a pointer to the others. */
  fit(entries: readonly Buffer[], room: number): Buffer {
    const total = entries.reduce((sum, { length }) => sum + length, 0);
    if (total <= room) {
      return Buffer.concat(entries);
    }
    let count = 0;
    for (let used = entries[0]?.length ?? 0; used + continuationBytes <= room; count++) {
      used += entries[count + 1]?.length ?? 0;
    }
    return Buffer.concat([...entries.slice(0, count), this.#moveOut(Buffer.concat(entries.slice(count)))]);
  }

  finish(): Buffer {
    return this.#writer.align(isoSectorBytes).finish();
  }

  /** A continuation lies in one sector. */
  #moveOut(bytes: Buffer): Buffer {
    const room = isoSectorBytes - (this.#writer.length % isoSectorBytes);
    const offset = (bytes.length > room ? this.#writer.align(isoSectorBytes) : this.#writer).length;
    this.#writer.bytes(bytes);
    const sector = this.#firstSector + Math.floor(offset / isoSectorBytes);
    return entry('CE', bothEndian32(sector), bothEndian32(offset % isoSectorBytes), bothEndian32(bytes.length));
  }
}
