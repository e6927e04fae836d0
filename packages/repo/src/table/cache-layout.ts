import { relationKinds } from './package-table.ts';
import type { TableColumns } from './stored-package-table.ts';

type Column = Uint32Array | Float64Array | Uint8Array;

/** Every column of a table in the order in which the cache has it, and the type of its elements. */
const layout = [
  ['buildTimes', 'f64'],
  ['installedSizes', 'f64'],
  ['packageSizes', 'f64'],
  ['detailsEnds', 'f64'],
  ['names', 'u32'],
  ['evrs', 'u32'],
  ['arches', 'u32'],
  ['vendors', 'u32'],
  ['relationNames', 'u32'],
  ['relationEvrs', 'u32'],
  ['relationStarts', 'u32'],
  ['relationItems', 'u32'],
  ['fileStarts', 'u32'],
  ['fileItems', 'u32'],
  ['stringStarts', 'u32'],
  ['stringSlots', 'u32'],
  ['relationFlags', 'u8'],
  ['fileTypes', 'u8'],
  ['stringBytes', 'u8'],
] as const;
const columnTypes = { u8: Uint8Array, u32: Uint32Array, f64: Float64Array } as const;
const nameIndexes = ['packagesNamed', 'fileOwners'] as const;
const relationIndexes = ['providers', 'obsoleters', 'supplementers', 'enhancers'] as const;

/** How many columns the cache has. */
export const columnCount = layout.length + nameIndexes.length * 2 + relationIndexes.length * 3;

/** The columns in the order of the cache. */
export function storedColumns(columns: TableColumns): Column[] {
  return [
    ...layout.map(([name]) => columns[name]),
    ...nameIndexes.flatMap((name) => [columns[name].starts, columns[name].packages]),
    ...relationIndexes.flatMap((name) => [columns[name].starts, columns[name].packages, columns[name].relations]),
  ];
}

/** The columns over the bytes of the cache, each in the order of `storedColumns`; undefined when they do not fit together. */
export function columnsOf(parts: readonly Buffer[]): TableColumns | undefined {
  let next = 0;
  const u32 = () => viewOf<Uint32Array>(parts[next++] as Buffer, Uint32Array);
  const made: Record<string, Column> = {};
  for (const [name, type] of layout) {
    const part = parts[next++] as Buffer;
    made[name] = viewOf<Column>(part, columnTypes[type]);
  }
  const nameIndex = () => ({ starts: u32(), packages: u32() });
  const relationIndex = () => ({ starts: u32(), packages: u32(), relations: u32() });
  const columns = {
    ...made,
    packagesNamed: nameIndex(),
    fileOwners: nameIndex(),
    providers: relationIndex(),
    obsoleters: relationIndex(),
    supplementers: relationIndex(),
    enhancers: relationIndex(),
  } as unknown as TableColumns;
  const stringBytes = Buffer.from(
    columns.stringBytes.buffer,
    columns.stringBytes.byteOffset,
    columns.stringBytes.length,
  );
  return fits(columns) ? { ...columns, stringBytes } : undefined;
}

interface ColumnType<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, offset: number, length: number): T;
}

function viewOf<T>(part: Buffer, type: ColumnType<T>): T {
  return new type(part.buffer as ArrayBuffer, part.byteOffset, Math.floor(part.length / type.BYTES_PER_ELEMENT));
}

/** Lengths that must agree; what the numbers say was checked by the writer and is covered by the checksum. */
function fits(columns: TableColumns): boolean {
  const count = columns.names.length;
  const strings = columns.stringStarts.length - 1;
  const perPackage = [columns.evrs, columns.arches, columns.vendors, columns.buildTimes, columns.installedSizes];
  const slots = columns.stringSlots.length;
  return (
    [...perPackage, columns.packageSizes, columns.detailsEnds].every(({ length }) => length === count) &&
    columns.relationStarts.length === count * relationKinds.length + 1 &&
    columns.relationItems.length === columns.relationStarts.at(-1) &&
    columns.fileStarts.length === count + 1 &&
    columns.fileItems.length === columns.fileStarts.at(-1) &&
    columns.fileTypes.length === columns.fileItems.length &&
    columns.relationEvrs.length === columns.relationNames.length &&
    columns.relationFlags.length === columns.relationNames.length &&
    columns.stringBytes.length === columns.stringStarts.at(-1) &&
    slots > strings &&
    (slots & (slots - 1)) === 0 &&
    [...nameIndexes, ...relationIndexes].every((name) => columns[name].starts.length === strings + 1)
  );
}
