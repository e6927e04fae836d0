import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import { stringEntry } from '../header/header-entry.ts';
import { tag } from '../header/tags.ts';
import { writeHeader } from '../header/write-header.ts';
import { Judge, noJudge } from '../testing/judge.ts';
import { rpmData } from '../testing/rpm-data.ts';
import { findRpmDatabase } from './database-format.ts';
import { readRpmDatabase } from './read-database.ts';

const noData = existsSync(rpmData) ? false : 'the shared RPM data is not there';
const mariner = join(rpmData, 'rpmdb/cbl-mariner-2.0/rpmdb.sqlite');
const directory = await mkdtemp(join(tmpdir(), 'slipway-read-rpmdb-'));
after(() => rm(directory, { recursive: true }));
let made = 0;

function place(): string {
  const path = join(directory, String(made++));
  mkdirSync(path);
  return join(path, 'rpmdb.sqlite');
}

function blobOf(name: string): Buffer {
  const entries = [stringEntry(tag.name, name), stringEntry(tag.version, '1'), stringEntry(tag.release, '1')];
  return writeHeader(entries, 'immutable').subarray(8);
}

function namesIn(path: string): (string | undefined)[] {
  return [...readRpmDatabase(path)].map(({ header }) => header.string(tag.name));
}

function refused(path: string, code: string, message = /./): void {
  assert.throws(
    () => namesIn(path),
    (error: unknown) => {
      assert.ok(error instanceof SlipwayError, String(error));
      assert.equal(error.code, code);
      assert.match(error.message, message);
      return true;
    },
  );
}

/** A database with what the statements make, which may have nothing to do with rpm. */
function databaseOf(...statements: string[]): string {
  const path = place();
  const database = new DatabaseSync(path, { defensive: false });
  for (const statement of statements) {
    database.exec(statement);
  }
  database.close();
  return path;
}

function addPackages(database: DatabaseSync, names: readonly string[]): void {
  const insert = database.prepare('INSERT INTO Packages (blob) VALUES (?)');
  database.exec('BEGIN');
  for (const name of names) {
    insert.run(blobOf(name));
  }
  database.exec('COMMIT');
}

const packagesTable = 'CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)';

test('what is only in the write-ahead log is read, and nothing is left beside the database', () => {
  const live = databaseOf(packagesTable);
  const writer = new DatabaseSync(live);
  writer.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0');
  addPackages(writer, ['old', 'gone']);
  writer.exec('PRAGMA wal_checkpoint');
  addPackages(writer, ['new']);
  writer.exec('DELETE FROM Packages WHERE hnum = 2');
  const path = place();
  copyFileSync(live, path);
  copyFileSync(`${live}-wal`, `${path}-wal`);
  writer.close();
  const before = [readFileSync(path), readFileSync(`${path}-wal`)];
  assert.deepEqual(namesIn(path), ['old', 'new']);
  assert.deepEqual(readdirSync(join(path, '..')).sort(), ['rpmdb.sqlite', 'rpmdb.sqlite-wal']);
  assert.deepEqual([readFileSync(path), readFileSync(`${path}-wal`)], before);
  const [first] = readRpmDatabase(path);
  assert.equal(first?.hnum, 1, 'a reader that stops early');
});

test('page sizes and text encodings do not matter', { skip: noData }, () => {
  const expected = namesIn(mariner);
  for (const setting of ['page_size = 512', 'page_size = 65536', "encoding = 'UTF-16le'"]) {
    const path = databaseOf(`PRAGMA ${setting}`, packagesTable);
    const database = new DatabaseSync(path);
    const insert = database.prepare('INSERT INTO Packages VALUES (?, ?)');
    database.exec('BEGIN');
    for (const { hnum, header } of readRpmDatabase(mariner)) {
      insert.run(hnum, header.blob);
    }
    database.exec('COMMIT');
    database.close();
    assert.deepEqual(namesIn(path), expected, setting);
  }
});

test("rpm's other formats are named, and what is none of them is damage", () => {
  const write = (bytes: Uint8Array) => {
    const path = place();
    writeFileSync(path, bytes);
    return path;
  };
  refused(write(Buffer.concat([Buffer.from('RpmP'), Buffer.alloc(4092)])), 'RPM_UNSUPPORTED_DATABASE', /format is ndb/);
  for (const [magic, bigEndian] of [
    [0x061561, false],
    [0x061561, true],
    [0x053162, false],
  ] as const) {
    const page = Buffer.alloc(4096);
    page[bigEndian ? 'writeUInt32BE' : 'writeUInt32LE'](magic, 12);
    refused(write(page), 'RPM_UNSUPPORTED_DATABASE', /format is Berkeley DB/);
  }
  refused(write(Buffer.alloc(0)), 'RPM_BAD_DATABASE');
  refused(write(Buffer.from('SQLite format 3')), 'RPM_BAD_DATABASE');
  refused(write(Buffer.alloc(4096, 'SQLite format 3\0')), 'RPM_BAD_DATABASE');
  refused(join(directory, 'nowhere'), 'CORE_FILE_ACCESS');
  refused(directory, 'CORE_FILE_ACCESS');
});

test("an ndb database of rpm itself is named, and the error's hint converts it", {
  skip: noData || noJudge,
}, async () => {
  const judge = await Judge.open();
  try {
    const inside = judge.directory.slice(judge.directory.indexOf('/tmp/'));
    const database = join(judge.directory, 'db');
    mkdirSync(database);
    await judge.add(join(rpmData, 'rpms/rpm-testsuite/tests/data/RPMS/foo-1.0-1.noarch.rpm'));
    const flags = `--dbpath ${inside}/db --define "_db_backend ndb"`;
    assert.equal((await judge.run(`rpm ${flags} -i --justdb --nodeps foo-1.0-1.noarch.rpm`)).status, 0);
    assert.deepEqual(findRpmDatabase(database), join(database, 'Packages.db'));
    refused(join(database, 'Packages.db'), 'RPM_UNSUPPORTED_DATABASE', /format is ndb/);
    await judge.run(`rpmdb --dbpath ${inside}/db --rebuilddb --define "_db_backend sqlite"`);
    assert.equal(findRpmDatabase(database), join(database, 'rpmdb.sqlite'));
    assert.deepEqual(namesIn(join(database, 'rpmdb.sqlite')), ['foo']);
  } finally {
    await judge.close();
  }
});

test('of several databases in a directory the one is taken that rpm would take', () => {
  const names = ['Packages', 'Packages.db', 'rpmdb.sqlite'];
  const path = join(place(), '..');
  assert.equal(findRpmDatabase(path), undefined);
  for (const name of names) {
    writeFileSync(join(path, name), '');
    assert.equal(findRpmDatabase(path), join(path, name));
  }
  assert.equal(findRpmDatabase(join(directory, 'nowhere')), undefined);
});

test('a schema cannot make the reader run or load anything', () => {
  const endless =
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS hnum, zeroblob(9) AS blob FROM n';
  const hostile = [
    [`CREATE VIEW Packages AS ${endless}`],
    ['CREATE VIRTUAL TABLE Packages USING fts5(hnum, blob)'],
    ['CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, x, blob AS (zeroblob(1000000000)))'],
    ['CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob AS (zeroblob(1000000000)))'],
    ['CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB) WITHOUT ROWID'],
    ['CREATE TABLE Packages (hnum, blob)'],
    ['CREATE TABLE Package (hnum INTEGER PRIMARY KEY, blob)'],
    [packagesTable, "INSERT INTO Packages VALUES (1, 'a text')"],
    [packagesTable, "INSERT INTO Packages VALUES (-1, x'00')"],
    [packagesTable, "INSERT INTO Packages VALUES (4294967296, x'00')"],
  ];
  for (const statements of hostile) {
    refused(databaseOf(...statements), 'RPM_BAD_DATABASE');
  }
  refused(databaseOf(packagesTable, "INSERT INTO Packages VALUES (1, x'00')"), 'RPM_BAD_HEADER', /package 1/);
});

test('a tree of pages that comes back to the same page ends with an error', () => {
  const path = databaseOf(packagesTable);
  const database = new DatabaseSync(path);
  addPackages(
    database,
    Array.from({ length: 500 }, (_, i) => `package-${i}`),
  );
  const root = Number(database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'Packages'").get()?.rootpage);
  database.close();
  const bytes = readFileSync(path);
  const page = bytes.subarray((root - 1) * 4096, root * 4096);
  assert.equal(page[0], 5, 'the root is an interior page');
  const cells = Array.from({ length: page.readUInt16BE(3) }, (_, i) => page.readUInt16BE(12 + 2 * i));
  const first = page.readUInt32BE(cells[0] as number);
  for (const at of [8, ...cells]) {
    page.writeUInt32BE(first, at);
  }
  writeFileSync(path, bytes);
  refused(path, 'RPM_BAD_DATABASE', /follows/);
});

test('a journal is not played back: it may name a file that SQLite would then delete', () => {
  const path = databaseOf(packagesTable);
  const victim = join(path, '../victim');
  writeFileSync(victim, 'precious');
  const name = Buffer.from(victim);
  const sum = name.reduce((total, byte) => total + byte, 0);
  const tail = Buffer.alloc(20);
  tail.writeUInt32BE(name.length, 4);
  tail.writeUInt32BE(sum, 8);
  Buffer.from('d9d505f920a163d7', 'hex').copy(tail, 12);
  const journal = Buffer.alloc(512);
  Buffer.from('d9d505f920a163d7', 'hex').copy(journal);
  writeFileSync(`${path}-journal`, Buffer.concat([journal, tail.subarray(0, 4), name, tail.subarray(4)]));
  refused(path, 'RPM_UNSUPPORTED_DATABASE', /not finished/);
  assert.equal(readFileSync(victim, 'utf8'), 'precious');
});
