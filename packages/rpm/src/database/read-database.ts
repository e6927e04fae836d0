import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { SlipwayError } from '@slipway/core';
import type { Header } from '../header/header.ts';
import { readHeader } from '../header/read-header.ts';

export interface InstalledHeader {
  /** rpm's number of the package in this database. */
  readonly hnum: number;
  readonly header: Header;
}

/**
 * Every package of an rpm database (`rpmdb.sqlite`) in order of its number, with all the checks of headers. The file is
 * only read. Throws `CORE_FILE_ACCESS` for what is no such database, and `RPM_BAD_HEADER`.
 */
export function* readRpmDatabase(path: string): Generator<InstalledHeader> {
  const database = openReadOnly(path);
  try {
    const rows = asDatabaseError(path, () =>
      database.prepare('SELECT hnum, blob FROM Packages ORDER BY hnum').iterate(),
    );
    for (;;) {
      const row = asDatabaseError(path, () => rows.next());
      if (row.done === true) {
        return;
      }
      const { hnum, blob } = row.value;
      if (!(blob instanceof Uint8Array)) {
        throw new SlipwayError('RPM_BAD_HEADER', `Cannot read package ${hnum} of ${path}: it is no blob`);
      }
      yield { hnum: Number(hnum), header: readHeader(blob, 0, { kind: 'installed', file: path }).header };
    }
  } finally {
    database.close();
  }
}

/** Without a write-ahead log the file is all there is, and can be read where no lock and log can be made beside it. */
function openReadOnly(path: string): DatabaseSync {
  const url = pathToFileURL(path);
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  if (log === undefined || log.size === 0) {
    url.searchParams.set('immutable', '1');
  }
  return asDatabaseError(path, () => new DatabaseSync(url, { readOnly: true }));
}

function asDatabaseError<T>(path: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof SlipwayError) {
      throw cause;
    }
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SlipwayError('CORE_FILE_ACCESS', `Cannot read the rpm database ${path}: ${why}`, { cause });
  }
}
