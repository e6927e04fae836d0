import { ByteWriter } from '@slipway/core';
import { type IsoDirectoryNode, type IsoNode, isoSectorBytes } from './iso-tree.ts';
import { bothEndian32, ContinuationArea, type PosixFacts, recordDate, rockRidgeEntries } from './rock-ridge.ts';

const directoryMode = 0o40555;
const fileMode = 0o100444;
const isDirectoryFlag = 2;
/** Longest directory record that keeps its length even. */
const longestRecord = 254;
const fixedRecordBytes = 33;

export interface IsoDirectories {
  /** L (little-endian) and M (big-endian) path tables, each in whole sectors. */
  readonly pathTableBytes: number;
  readonly pathTables: readonly [{ sector: number; bytes: Buffer }, { sector: number; bytes: Buffer }];
  readonly rootRecord: Buffer;
  readonly firstSector: number;
  /** All directories, then what their records continue with. */
  readonly bytes: Buffer;
}

/** Path tables and directories from `firstSector` on, each directory in its own sectors (ECMA-119 sections 6.8, 6.9). */
export function writeIsoDirectories(root: IsoDirectoryNode, firstSector: number, time: number): IsoDirectories {
  const directories = breadthFirst(root);
  const pathTableBytes = directories.reduce((sum, { identifier }) => sum + pathRecordBytes(identifier), 0);
  const tableSectors = Math.ceil(pathTableBytes / isoSectorBytes);
  const start = firstSector + 2 * tableSectors;
  const places = placeDirectories(directories, start);
  const writing = new DirectoryWriting(places, time);
  const bytes = Buffer.concat(directories.map((directory) => writing.directory(directory)));
  const table = (isBig: boolean) => writePathTable(directories, places, isBig);
  return {
    pathTableBytes,
    pathTables: [
      { sector: firstSector, bytes: table(false) },
      { sector: firstSector + tableSectors, bytes: table(true) },
    ],
    rootRecord: writing.rootRecord(root),
    firstSector: start,
    bytes: Buffer.concat([bytes, writing.continuations.finish()]),
  };
}

/** The order of path tables: by level, then by the parent's number, then by identifier. */
function breadthFirst(root: IsoDirectoryNode): IsoDirectoryNode[] {
  const directories = [root];
  for (const directory of directories) {
    directories.push(...directory.children.filter((child) => child.kind === 'directory'));
  }
  return directories;
}

interface Places {
  readonly extents: ReadonlyMap<IsoDirectoryNode, { readonly sector: number; readonly sizeBytes: number }>;
  readonly end: number;
}

function placeDirectories(directories: readonly IsoDirectoryNode[], start: number): Places {
  // Lengths of records do not depend on places: write them once with none.
  const draft = new DirectoryWriting({ extents: new Map(), end: 0 }, 0);
  const extents = new Map<IsoDirectoryNode, { sector: number; sizeBytes: number }>();
  let sector = start;
  for (const directory of directories) {
    const sizeBytes = draft.directory(directory).length;
    extents.set(directory, { sector, sizeBytes });
    sector += sizeBytes / isoSectorBytes;
  }
  return { extents, end: sector };
}

class DirectoryWriting {
  readonly continuations: ContinuationArea;
  readonly #places: Places;
  readonly #time: number;

  constructor(places: Places, time: number) {
    this.#places = places;
    this.#time = time;
    this.continuations = new ContinuationArea(places.end);
  }

  directory(directory: IsoDirectoryNode): Buffer {
    const parent = directory.parent ?? directory;
    const isRoot = directory.parent === undefined;
    const records = [
      this.#record(directory, { identifier: '\0', posix: { ...this.#posix(directory), isRoot } }),
      this.#record(parent, { identifier: '\x01', posix: this.#posix(parent) }),
      ...directory.children.map((child) => this.#childRecord(child)),
    ];
    const writer = new ByteWriter(isoSectorBytes);
    for (const record of records) {
      const room = isoSectorBytes - (writer.length % isoSectorBytes);
      (record.length > room ? writer.align(isoSectorBytes) : writer).bytes(record);
    }
    return writer.align(isoSectorBytes).finish();
  }

  /** As the volume descriptor has it: without Rock Ridge. */
  rootRecord(root: IsoDirectoryNode): Buffer {
    return this.#record(root, { identifier: '\0' });
  }

  #childRecord(child: IsoNode): Buffer {
    return this.#record(child, { identifier: child.identifier, posix: { ...this.#posix(child), name: child.name } });
  }

  #posix(node: IsoNode): PosixFacts {
    if (node.kind === 'file') {
      return { mode: fileMode, links: 1, time: this.#time };
    }
    const subdirectories = node.children.filter(({ kind }) => kind === 'directory').length;
    return { mode: directoryMode, links: 2 + subdirectories, time: this.#time };
  }

  #extent(node: IsoNode): { sector: number; sizeBytes: number } {
    if (node.kind === 'directory') {
      return this.#places.extents.get(node) ?? { sector: 0, sizeBytes: 0 };
    }
    const { offset, sizeBytes } = node.file;
    return { sector: sizeBytes === 0 ? 0 : offset / isoSectorBytes, sizeBytes };
  }

  /** ECMA-119 section 9.1. */
  #record(node: IsoNode, { identifier, posix }: { identifier: string; posix?: PosixFacts }): Buffer {
    const { sector, sizeBytes } = this.#extent(node);
    const start = fixedRecordBytes + identifier.length + ((identifier.length + 1) % 2);
    const systemUse =
      posix === undefined ? Buffer.alloc(0) : this.continuations.fit(rockRidgeEntries(posix), longestRecord - start);
    const lengthBytes = start + systemUse.length + (systemUse.length % 2);
    return new ByteWriter(lengthBytes)
      .u8(lengthBytes)
      .u8(0)
      .bytes(bothEndian32(sector))
      .bytes(bothEndian32(sizeBytes))
      .bytes(recordDate(this.#time))
      .u8(node.kind === 'directory' ? isDirectoryFlag : 0)
      .zeros(2)
      .u16le(1)
      .u16be(1)
      .u8(identifier.length)
      .text(identifier, 'latin1')
      .align(2)
      .bytes(systemUse)
      .align(2)
      .finish();
  }
}

function pathRecordBytes(identifier: string): number {
  const length = Math.max(identifier.length, 1);
  return 8 + length + (length % 2);
}

/** ECMA-119 section 9.4; the parent of the root is the root, number 1. */
function writePathTable(directories: readonly IsoDirectoryNode[], { extents }: Places, isBig: boolean): Buffer {
  const numbers = new Map(directories.map((directory, index) => [directory, index + 1]));
  const writer = new ByteWriter(isoSectorBytes);
  for (const directory of directories) {
    const identifier = directory.identifier || '\0';
    const { sector } = extents.get(directory) as { sector: number };
    const parent = numbers.get(directory.parent ?? directory) as number;
    writer.u8(identifier.length).u8(0);
    (isBig ? writer.u32be(sector).u16be(parent) : writer.u32le(sector).u16le(parent))
      .text(identifier, 'latin1')
      .align(2);
  }
  return writer.align(isoSectorBytes).finish();
}
