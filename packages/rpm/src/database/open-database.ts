import { copyFileSync, lstatSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { fileError, hasErrno, SlipwayError } from '@slipway/core';
import { checkIsSqlite } from './database-format.ts';

/** A database that has a log is copied to be read: larger ones than any system has are refused. */
const maxCopiedBytes = 4 * 1024 ** 3;

/** A database file that is only read; nothing is created or locked beside it. */
export interface OpenedDatabase {
  readonly database: DatabaseSync;
  close(): void;
}

/**
 * Opens the SQLite file of an rpm database without changing anything at its place, which may be read-only or belong to
 * an image. Without a write-ahead log the file is all there is. With one, both are copied to a temporary directory:
 * SQLite cannot read a log without making an index of it beside the database.
 *
 * Throws `RPM_BAD_DATABASE`, `RPM_UNSUPPORTED_DATABASE`, `CORE_FILE_ACCESS`, `CORE_LIMIT`.
 */
export function openDatabase(path: string): OpenedDatabase {
  checkIsSqlite(path);
  return openSqlite(realpathSync(path));
}

/** With its own name: SQLite looks for a log beside the file, and not beside a link to it. */
function openSqlite(path: string): OpenedDatabase {
  if (sizeBeside(`${path}-journal`) > 0) {
    // a journal is never played back: it may name another file, which SQLite then deletes
    throw new SlipwayError(
      'RPM_UNSUPPORTED_DATABASE',
      `Cannot read the rpm database ${path}: a change was not finished`,
      {
        hint: `look at it with rpm once, which finishes or takes back the change that ${basename(path)}-journal describes`,
        at: { file: path },
      },
    );
  }
  return sizeBeside(`${path}-wal`) > 0 ? openCopy(path) : openUnchanged(path);
}

function openUnchanged(path: string): OpenedDatabase {
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  const database = asDatabaseError(path, () => openGuarded(url));
  return { database, close: () => database.close() };
}

function openCopy(path: string): OpenedDatabase {
  if (statSync(path).size + sizeBeside(`${path}-wal`) > maxCopiedBytes) {
    throw new SlipwayError(
      'CORE_LIMIT',
      `Cannot read the rpm database ${path}: it and its log exceed ${maxCopiedBytes} bytes`,
    );
  }
  const directory = makeTemporary();
  const remove = () => rmSync(directory, { recursive: true, force: true });
  try {
    const copy = join(directory, 'rpmdb.sqlite');
    for (const suffix of ['', '-wal']) {
      copyTo(`${path}${suffix}`, `${copy}${suffix}`);
    }
    const database = asDatabaseError(path, () => openGuarded(pathToFileURL(copy)));
    return {
      database,
      close: () => {
        database.close();
        remove();
      },
    };
  } catch (cause) {
    remove();
    throw cause;
  }
}

function makeTemporary(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'slipway-rpmdb-'));
  } catch (cause) {
    throw fileError('write', tmpdir(), cause);
  }
}

function copyTo(from: string, to: string): void {
  try {
    copyFileSync(from, to);
  } catch (cause) {
    throw fileError('read', from, cause);
  }
}

/** The schema is as much an outside input as the rows: nothing in it may run. */
function openGuarded(url: URL): DatabaseSync {
  const database = new DatabaseSync(url, { readOnly: true, allowExtension: false, enableForeignKeyConstraints: false });
  database.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0');
  return database;
}

/** Runs what reads from SQLite: its failures mean damage, everything of ours passes. */
export function asDatabaseError<T>(path: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof SlipwayError) {
      throw cause;
    }
    const why = cause instanceof Error ? cause.message : String(cause);
    throw badDatabase(path, why, cause);
  }
}

export function badDatabase(path: string, why: string, cause?: unknown): SlipwayError {
  return new SlipwayError('RPM_BAD_DATABASE', `Cannot read the rpm database ${path}: ${why}`, {
    hint: 'the file is damaged or was not made by rpm: restore it, or try rpmdb --rebuilddb on a copy',
    at: { file: path },
    cause,
  });
}

/** 0 for what is not there; what lies beside a database is a file of SQLite's, and no link to another one. */
function sizeBeside(path: string): number {
  try {
    const status = lstatSync(path);
    if (!status.isFile()) {
      throw badDatabase(path, 'it is no file');
    }
    return status.size;
  } catch (cause) {
    if (hasErrno(cause, 'ENOENT')) {
      return 0;
    }
    throw fileError('read', path, cause);
  }
}
