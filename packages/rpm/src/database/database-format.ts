import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileError, hasErrno, SlipwayError } from '@slipway/core';

/** The name of the one file of the sqlite backend. */
const sqliteFileName = 'rpmdb.sqlite';
/** Main files of rpm's backends, in the order in which a directory is searched: sqlite, ndb, Berkeley DB. */
export const databaseFileNames: readonly string[] = [sqliteFileName, 'Packages.db', 'Packages'];

const sqliteMagic = Buffer.from('SQLite format 3\0', 'latin1');
/** lib/backend/ndb: the first bytes of its package file and of its index file. */
const ndbMagics: readonly string[] = ['RpmP', 'RpmI'];
/** Berkeley DB's page of metadata has the magic at this offset, in the byte order of the machine that wrote it. */
const berkeleyMagicOffset = 12;
/** Hash, B-tree, queue, heap (db_magic of Berkeley DB 4 to 18). */
const berkeleyMagics: readonly number[] = [0x061561, 0x053162, 0x042253, 0x074582];
/** As much as the magics need. */
const startBytes = berkeleyMagicOffset + 4;

/**
 * The main file of the rpm database in a directory, sqlite's before what an older rpm left beside it; undefined when
 * there is none.
 */
export function findRpmDatabase(directory: string): string | undefined {
  return databaseFileNames.map((name) => join(directory, name)).find((path) => isRegularFile(path));
}

/** False for what is not there. Throws `CORE_FILE_ACCESS`. */
export function isRegularFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch (cause) {
    if (hasErrno(cause, 'ENOENT', 'ENOTDIR')) {
      return false;
    }
    throw fileError('read', path, cause);
  }
}

/**
 * Throws unless the file begins like a SQLite database: `RPM_UNSUPPORTED_DATABASE` for rpm's other formats,
 * `RPM_BAD_DATABASE` for anything else, `CORE_FILE_ACCESS`.
 */
export function checkIsSqlite(path: string): void {
  const start = readStart(path);
  if (start.equals(sqliteMagic)) {
    return;
  }
  const format = otherFormat(start);
  if (format === undefined) {
    throw new SlipwayError('RPM_BAD_DATABASE', `Cannot read the rpm database ${path}: it is no SQLite database`, {
      at: { file: path, offset: 0 },
    });
  }
  throw new SlipwayError('RPM_UNSUPPORTED_DATABASE', `Cannot read the rpm database ${path}: its format is ${format}`, {
    hint: 'convert it with rpm 4.16 or later: rpmdb --rebuilddb --define "_db_backend sqlite"',
    at: { file: path, offset: 0 },
  });
}

function otherFormat(start: Buffer): string | undefined {
  if (ndbMagics.includes(start.toString('latin1', 0, 4))) {
    return 'ndb';
  }
  if (start.length < startBytes) {
    return undefined;
  }
  const magics = [start.readUInt32LE(berkeleyMagicOffset), start.readUInt32BE(berkeleyMagicOffset)];
  return magics.some((magic) => berkeleyMagics.includes(magic)) ? 'Berkeley DB' : undefined;
}

function readStart(path: string): Buffer {
  try {
    // opening a pipe would wait for a writer
    if (!statSync(path).isFile()) {
      throw new SlipwayError('CORE_FILE_ACCESS', `Cannot read the rpm database ${path}: it is no file`, {
        at: { file: path },
      });
    }
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(startBytes);
      return bytes.subarray(0, readSync(file, bytes, 0, startBytes, 0));
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw fileError('read', path, cause);
  }
}
