import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import type { CpioEntry, CpioWriteEntry } from './cpio-entry.ts';
import { type CpioReadOptions, readCpio } from './cpio-reader.ts';
import { writeCpio } from './cpio-writer.ts';
import { gatherBytes } from './gather-bytes.ts';

const tree = join(homedir(), '.cache/slipway/judge');
const command = existsSync(join(tree, 'usr/bin/cpio')) ? ['chroot', tree, 'cpio'] : ['cpio'];
const noCpio =
  spawnSync(command[0] as string, [...command.slice(1), '--version']).status === 0 ? false : 'cpio is not installed';

function newc(path: string, mode: number, content: string | Uint8Array = '', more: object = {}): CpioWriteEntry {
  const bytes = Buffer.from(content);
  const numbers = {
    uid: 0,
    gid: 0,
    mtime: 1_700_000_000,
    inode: 1,
    linkCount: 1,
    devMajor: 0,
    devMinor: 0,
    rdevMajor: 0,
    rdevMinor: 0,
  };
  return { kind: 'newc', path, mode, ...numbers, sizeBytes: bytes.length, content: [bytes], ...more } as CpioWriteEntry;
}

async function flatten(entry: CpioEntry | CpioWriteEntry): Promise<object> {
  return { ...entry, content: (await gatherBytes(entry.content)).toString('hex') };
}

async function readAll(bytes: Uint8Array, pieces = bytes.length, options: CpioReadOptions = {}): Promise<object[]> {
  function* cut() {
    for (let at = 0; at < bytes.length; at += pieces) {
      yield bytes.subarray(at, at + pieces);
    }
  }
  const entries = [];
  for await (const entry of readCpio(cut(), options)) {
    entries.push(await flatten(entry));
  }
  return entries;
}

function fails(code: string) {
  return (error: unknown) => error instanceof SlipwayError && error.code === code;
}

const specimens = [
  newc('.', 0o40755, '', { inode: 1 }),
  newc('./dev/console', 0o20600, '', { inode: 2, rdevMajor: 5, rdevMinor: 1 }),
  newc('./init', 0o100755, '#!/bin/sh\n', { inode: 3 }),
  newc('./bin', 0o120777, 'usr/bin', { inode: 4 }),
  newc('./one', 0o100644, '', { inode: 5, linkCount: 2 }),
  newc('./two', 0o100644, 'linked', { inode: 5, linkCount: 2 }),
  newc('./größe', 0o100644, 'x'.repeat(5), { inode: 6, uid: 4_000_000_000, gid: 7 }),
];

test('newc archives read back as written, in pieces of any size', async () => {
  const archive = await gatherBytes(writeCpio(specimens));
  assert.equal(archive.length % 4, 0);
  const expected = await Promise.all(specimens.map(flatten));
  for (const pieces of [1, 113, archive.length]) {
    assert.deepEqual(await readAll(archive, pieces), expected);
  }
  assert.equal((await readAll(Buffer.concat([archive, Buffer.alloc(512)]))).length, specimens.length);
});

test('the cpio program lists devices, links and targets of our archives', { skip: noCpio }, async () => {
  const archive = await gatherBytes(writeCpio(specimens));
  const args = [...command.slice(1), '-itv', '--numeric-uid-gid', '--quiet'];
  const result = spawnSync(command[0] as string, args, { input: archive, env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  assert.equal(result.status, 0, result.stderr.toString());
  assert.equal(result.stderr.toString(), '');
  const listing = result.stdout.toString();
  assert.match(listing, /^drwxr-xr-x +1 0 +0 +0 .* \.$/m);
  assert.match(listing, /^crw------- +1 0 +0 +5, +1 .* (\.\/)?dev\/console$/m);
  assert.match(listing, /^lrwxrwxrwx .* (\.\/)?bin -> usr\/bin$/m);
  assert.match(listing, /^-rw-r--r-- +2 .* 6 .* (\.\/)?two$/m);
  assert.match(listing, /4000000000? +7/);
});

test('the cpio program unpacks hard links with the content of the last', { skip: noCpio || !command[1] }, async () => {
  const archive = await gatherBytes(writeCpio(specimens));
  const one = spawnSync(command[0] as string, [...command.slice(1), '-i', '--to-stdout', '--quiet', './two'], {
    input: archive,
  });
  assert.equal(one.stdout.toString(), 'linked');
});

test('archives of the cpio program are read', { skip: noCpio }, async () => {
  const args = [...command.slice(1), '-o', '-H', 'newc', '--quiet'];
  const made = spawnSync(command[0] as string, args, { input: 'etc/passwd\netc\nusr/lib/os-release\n', cwd: '/' });
  assert.equal(made.status, 0, made.stderr.toString());
  const entries = (await readAll(made.stdout)) as { path: string; sizeBytes: number; mode: number }[];
  assert.deepEqual(
    entries.map(({ path }) => path),
    ['etc/passwd', 'etc', 'usr/lib/os-release'],
  );
  assert.ok((entries[0]?.sizeBytes ?? 0) > 0);
  assert.equal((entries[1]?.mode ?? 0) & 0o170000, 0o40000);
});

test('the stripped form has an index instead of a header and takes its sizes from the package', async () => {
  const contents = ['', 'four', 'odd'];
  const entries = contents.map(
    (content, index): CpioWriteEntry => ({
      kind: 'stripped',
      index,
      sizeBytes: content.length,
      content: [Buffer.from(content)],
    }),
  );
  const archive = await gatherBytes(writeCpio(entries));
  assert.equal(archive.toString('latin1', 0, 36), '07070X00000000\0\x0007070X00000001\0\0four');
  assert.equal(archive.length, 16 + 20 + 20 + 124);
  const strippedSizeBytes = (index: number) => contents[index]?.length;
  assert.deepEqual(await readAll(archive, 5, { strippedSizeBytes }), await Promise.all(entries.map(flatten)));
  await assert.rejects(readAll(archive), fails('FORMATS_BAD_ARCHIVE'));
  await assert.rejects(
    readAll(archive, 99, { strippedSizeBytes: (index) => contents.slice(0, 2)[index]?.length }),
    fails('FORMATS_BAD_ARCHIVE'),
  );
});

test('archives that break the format are refused', async () => {
  const good = await gatherBytes(writeCpio([newc('name', 0o100644, 'abc')]));
  const changed = (at: number, text: string) => {
    const bytes = Buffer.from(good);
    bytes.write(text, at, 'latin1');
    return bytes;
  };
  const cases: [Buffer, string][] = [
    [Buffer.alloc(0), 'FORMATS_TRUNCATED'],
    [good.subarray(0, 100), 'FORMATS_TRUNCATED'],
    [good.subarray(0, -1), 'FORMATS_TRUNCATED'],
    [good.subarray(0, 120), 'FORMATS_TRUNCATED'],
    [changed(0, '070702'), 'FORMATS_UNSUPPORTED'],
    [changed(0, 'abcdef'), 'FORMATS_BAD_ARCHIVE'],
    [changed(20, 'g'), 'FORMATS_BAD_ARCHIVE'],
    [changed(20, '-'), 'FORMATS_BAD_ARCHIVE'],
    [changed(94, 'ffffffff'), 'FORMATS_BAD_ARCHIVE'],
    [changed(94, '00000000'), 'FORMATS_BAD_ARCHIVE'],
    [changed(112, '\0'), 'FORMATS_BAD_ARCHIVE'],
    [changed(112, '\xff'), 'FORMATS_UNSUPPORTED'],
    [Buffer.concat([good, Buffer.from('hidden')]), 'FORMATS_BAD_ARCHIVE'],
  ];
  for (const [archive, code] of cases) {
    await assert.rejects(readAll(archive), fails(code));
  }
});

test('what does not fit into the format is not written', async () => {
  const writing = (entry: CpioWriteEntry) => gatherBytes(writeCpio([entry]));
  await assert.rejects(writing(newc('a', 0o100644, 'abc', { sizeBytes: 2 ** 32 })), fails('FORMATS_NOT_WRITABLE'));
  await assert.rejects(writing(newc('a', 0o100644, 'abc', { mtime: -1 })), fails('FORMATS_NOT_WRITABLE'));
  await assert.rejects(writing(newc('a', 0o100644, 'abc', { sizeBytes: 2 })), fails('FORMATS_SIZE_MISMATCH'));
  await assert.rejects(writing(newc('a', 0o100644, 'abc', { sizeBytes: 4 })), fails('FORMATS_SIZE_MISMATCH'));
  await assert.rejects(writing(newc('x'.repeat(4096), 0o100644)), fails('FORMATS_NOT_WRITABLE'));
  await assert.rejects(writing(newc('', 0o100644)), fails('FORMATS_NOT_WRITABLE'));
});

test('any entries read back as written', async () => {
  const word = fc.nat(0xffffffff);
  const fields = fc.record({
    mode: word,
    uid: word,
    gid: word,
    mtime: word,
    inode: word,
    linkCount: word,
    devMajor: word,
    devMinor: word,
    rdevMajor: word,
    rdevMinor: word,
  });
  const entry = fc.tuple(fc.stringMatching(/^[a-zä/.]{1,60}$/), fields, fc.uint8Array({ maxLength: 300 })).map(
    ([path, numbers, bytes]): CpioWriteEntry => ({
      kind: 'newc',
      path,
      ...numbers,
      sizeBytes: bytes.length,
      content: [bytes],
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(entry), fc.integer({ min: 1, max: 500 }), async (entries, pieces) => {
      assert.deepEqual(
        await readAll(await gatherBytes(writeCpio(entries)), pieces),
        await Promise.all(entries.map(flatten)),
      );
    }),
    { numRuns: 50 },
  );
});

test('changed archives never fail with anything but a coded error', async () => {
  const whole = await gatherBytes(writeCpio(specimens));
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, value) => {
      const bytes = Buffer.from(whole);
      bytes[at] = value;
      await readAll(bytes).catch((error) => assert.ok(error instanceof SlipwayError, String(error)));
    }),
    { numRuns: 500 },
  );
});
