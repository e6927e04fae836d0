import type { DatabaseSync } from 'node:sqlite';
import { SlipwayError } from '@slipway/core';
import type { Header } from '../header/header.ts';
import { readHeader } from '../header/read-header.ts';
import { asDatabaseError, badDatabase, type OpenedDatabase, openDatabase } from './open-database.ts';

/** rpm's limit for a header (header.cc, hdrblob limits). */
const maxHeaderBytes = 256 * 1024 * 1024;
/** rpm numbers packages with 32 bits. */
const maxPackageNumber = 0xffff_ffff;

export interface InstalledHeader {
  /** rpm's number of the package in this database. */
  readonly hnum: number;
  readonly header: Header;
}

/**
 * Every package of an rpm database (`rpmdb.sqlite`) in order of its number, with all the checks of headers; keys that
 * were imported are packages named `gpg-pubkey`. The file and what lies beside it stay as they are; a write-ahead log
 * is taken into account. Memory: one header.
 *
 * Throws `RPM_BAD_DATABASE`, `RPM_BAD_HEADER`, `RPM_UNSUPPORTED_DATABASE` (ndb, Berkeley DB), `CORE_FILE_ACCESS`.
 */
export function* readRpmDatabase(path: string): Generator<InstalledHeader> {
  const opened = openDatabase(path);
  try {
    for (const { hnum, blob } of readBlobs(path, opened)) {
      yield { hnum, header: readHeader(blob, 0, { kind: 'installed', file: `${path}, package ${hnum}` }).header };
    }
  } finally {
    opened.close();
  }
}

interface HeaderBlob {
  readonly hnum: number;
  readonly blob: Uint8Array;
}

/** `NOT INDEXED` and the order make it a walk of the table; sizes are known before values are loaded. */
const query = `SELECT rowid AS hnum, typeof(blob) AS kind, length(blob) AS bytes,
  CASE WHEN typeof(blob) = 'blob' AND length(blob) <= ${maxHeaderBytes} THEN blob END AS blob
  FROM main.Packages NOT INDEXED ORDER BY rowid`;

function* readBlobs(path: string, { database }: OpenedDatabase): Generator<HeaderBlob> {
  const rows = asDatabaseError(path, () => {
    checkPackagesTable(path, database);
    return database.prepare(query).iterate();
  });
  let last = 0;
  for (;;) {
    const row = asDatabaseError(path, () => rows.next());
    if (row.done === true) {
      return;
    }
    const { hnum, kind, bytes, blob } = row.value;
    // pages that are in the tree more than once would give the same rows again, without an end that one could wait for
    if (typeof hnum !== 'number' || hnum <= last || hnum > maxPackageNumber) {
      throw badDatabase(path, `package number ${String(hnum)} follows ${last}`);
    }
    if (!(blob instanceof Uint8Array)) {
      throw badDatabase(path, `package ${hnum} is ${String(kind)} of ${String(bytes)} bytes, and no header`);
    }
    last = hnum;
    yield { hnum, blob };
  }
}

/** A view, a virtual table or computed columns of that name would run what they say. */
function checkPackagesTable(path: string, database: DatabaseSync): void {
  const tables = database
    .prepare("SELECT type, rootpage FROM main.sqlite_schema WHERE name = 'Packages' COLLATE NOCASE LIMIT 2")
    .all();
  const [table] = tables;
  if (tables.length !== 1 || table?.type !== 'table' || !(Number(table.rootpage) > 0)) {
    throw badDatabase(path, 'it has no table of packages');
  }
  const columns = database.prepare("SELECT name, pk, hidden FROM pragma_table_xinfo('Packages') LIMIT 3").all();
  const names = columns.map(({ name, pk, hidden }) => `${String(name)} ${String(pk)} ${String(hidden)}`);
  if (names.join(', ') !== 'hnum 1 0, blob 0 0') {
    throw new SlipwayError(
      'RPM_BAD_DATABASE',
      `Cannot read the rpm database ${path}: its table of packages has other columns`,
      {
        at: { file: path },
      },
    );
  }
}
