import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { replaceAtomically, SlipwayError } from '@slipway/core';
import type { Header } from '../header/header.ts';
import { readHeader } from '../header/read-header.ts';
import { type IndexTable, indexRows, indexTables } from './index-tables.ts';
import { formatInstalledHeader } from './installed-header.ts';
import type { InstalledPackage } from './installed-package.ts';
import type { InstalledHeader } from './read-database.ts';

/** A package to be recorded, or the header of one in another database, which stays as it is but for its number. */
export type DatabaseInput = InstalledPackage | InstalledHeader;

/**
 * Writes an rpm database (`rpmdb.sqlite`) with the tables, indexes and rows that rpm 6.1 itself would make, numbered from
 * 1 in the given order. Given the headers of another database it does what `rpm --rebuilddb` does. Same packages, same bytes (for one version of SQLite, which is part of Node). The file needs no
 * write-ahead log; rpm makes one when it next writes. Memory: one header. Throws `RPM_UNWRITABLE`, `RPM_BAD_HEADER`,
 * `CORE_FILE_ACCESS`, `CORE_DISK_FULL`; a failure leaves an earlier file as it was.
 */
export async function writeRpmDatabase(
  path: string,
  packages: Iterable<DatabaseInput> | AsyncIterable<DatabaseInput>,
): Promise<void> {
  await replaceAtomically(path, async (temporary) => {
    const database = new DatabaseSync(temporary);
    try {
      await fill(database, packages);
    } finally {
      database.close();
    }
    await normaliseFileHeader(temporary);
  });
}

async function fill(
  database: DatabaseSync,
  packages: Iterable<DatabaseInput> | AsyncIterable<DatabaseInput>,
): Promise<void> {
  // the file is thrown away when anything fails: no journal is needed, and one fsync is made at the end
  database.exec('PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN');
  createTables(database);
  const inserts = new DatabaseInserts(database);
  for await (const installed of packages) {
    inserts.add(installed);
  }
  createIndexes(database);
  database.exec('COMMIT');
}

function createTables(database: DatabaseSync): void {
  database.exec("CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT,blob BLOB NOT NULL)");
  for (const { name, keyType } of indexTables) {
    // the quotes around the type are rpm's, and part of the schema
    database.exec(
      `CREATE TABLE '${name}' (key '${keyType}' NOT NULL, hnum INTEGER NOT NULL, idx INTEGER NOT NULL, ` +
        "FOREIGN KEY (hnum) REFERENCES 'Packages'(hnum))",
    );
  }
}

/** After the rows, as `rpm --rebuilddb` does: sorted insertion gives full pages. */
function createIndexes(database: DatabaseSync): void {
  for (const { name, keyType, array } of indexTables) {
    for (const column of [...(keyType === 'TEXT' ? ['key'] : []), ...(array ? ['hnum'] : [])]) {
      database.exec(`CREATE INDEX '${name}_${column}_idx' ON '${name}'(${column} ASC)`);
    }
  }
}

class DatabaseInserts {
  readonly #package: StatementSync;
  readonly #tables: readonly TableInserts[];

  constructor(database: DatabaseSync) {
    this.#package = database.prepare("INSERT INTO 'Packages' (blob) VALUES (?)");
    this.#tables = indexTables.map((table) => new TableInserts(database, table));
  }

  add(input: DatabaseInput): void {
    const header = 'hnum' in input ? input.header : installedHeader(input);
    const { blob } = header;
    const hnum = Number(this.#package.run(blob).lastInsertRowid);
    for (const table of this.#tables) {
      table.add(header, hnum);
    }
  }
}

function installedHeader(installed: InstalledPackage): Header {
  return readHeader(formatInstalledHeader(installed), 0, { kind: 'installed', file: 'rpm database' }).header;
}

class TableInserts {
  readonly #table: IndexTable;
  readonly #insert: StatementSync;
  /** For old packages, whose names are not UTF-8: SQLite then keeps the bytes as they are. */
  readonly #insertBytesAsText: StatementSync;

  constructor(database: DatabaseSync, table: IndexTable) {
    this.#table = table;
    this.#insert = database.prepare(`INSERT INTO '${table.name}' VALUES (?, ?, ?)`);
    this.#insertBytesAsText = database.prepare(`INSERT INTO '${table.name}' VALUES (CAST(? AS TEXT), ?, ?)`);
  }

  add(header: Header, hnum: number): void {
    for (const { key, idx } of indexRows(header, this.#table)) {
      if (this.#table.keyType === 'BLOB') {
        this.#insert.run(key, hnum, idx);
      } else if (isUtf8(key)) {
        this.#insert.run(key.toString(), hnum, idx);
      } else {
        this.#insertBytesAsText.run(key, hnum, idx);
      }
    }
  }
}

/** SQLite file format, section 1.3. */
const fileHeader = { bytes: 100, changeCounter: 24, versionValidFor: 92, libraryVersion: 96 } as const;
/** The library version is informative: a fixed one lets Node be replaced without changing images. */
const writtenByVersion = 3_046_000;

/** Sets what counts changes and names the library, which nothing in the content decides. */
async function normaliseFileHeader(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const bytes = Buffer.alloc(fileHeader.bytes);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    if (bytesRead !== bytes.length) {
      throw new SlipwayError('CORE_BUG', 'SQLite wrote no database');
    }
    bytes.writeUInt32BE(1, fileHeader.changeCounter);
    bytes.writeUInt32BE(1, fileHeader.versionValidFor);
    bytes.writeUInt32BE(writtenByVersion, fileHeader.libraryVersion);
    await file.write(bytes, 0, bytes.length, 0);
    await file.sync();
  } finally {
    await file.close();
  }
}
