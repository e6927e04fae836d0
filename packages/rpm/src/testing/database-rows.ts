import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { indexTables } from '../database/index-tables.ts';

/** Everything in an rpm database that can be compared with another one. */
export interface DatabaseContents {
  readonly schema: readonly unknown[];
  /** Hexadecimal, in order of their numbers. */
  readonly blobs: readonly string[];
  /** Rows of each index table in the order in which they were inserted, with packages counted from 1. */
  readonly tables: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads a database for comparison: package numbers become places among the packages that are there, and the statistics
 * for SQLite's planner, which rpm makes when it closes a database, are left out.
 */
export function databaseContents(path: string): DatabaseContents {
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  const database = new DatabaseSync(url, { readOnly: true });
  try {
    const packages = database.prepare('SELECT hnum, hex(blob) AS blob FROM Packages ORDER BY hnum').all();
    const places = new Map(packages.map(({ hnum }, index) => [hnum, index + 1]));
    const schema = database
      .prepare("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%' ORDER BY name")
      .all();
    const tables = indexTables.map(({ name }): [string, string[]] => {
      const rows = database.prepare(
        `SELECT hex(key) AS key, typeof(key) AS type, hnum, idx FROM '${name}' ORDER BY rowid`,
      );
      return [name, rows.all().map(({ key, type, hnum, idx }) => `${key} ${type} ${places.get(hnum ?? 0)} ${idx}`)];
    });
    return { schema, blobs: packages.map(({ blob }) => String(blob)), tables: new Map(tables) };
  } finally {
    database.close();
  }
}
