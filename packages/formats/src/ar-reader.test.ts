import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { readAr } from './ar-reader.ts';
import { gatherBytes } from './gather-bytes.ts';

function member(name: string, content: string): string {
  const size = Buffer.byteLength(content);
  const header = `${name.padEnd(16)}${'1700000000'.padEnd(12)}0     0     100644  ${String(size).padEnd(10)}\`\n`;
  return header + content + (size % 2 === 0 ? '' : '\n');
}

async function readAll(bytes: Uint8Array): Promise<{ name: string; content: string; mtime: number; mode: number }[]> {
  const found = [];
  for await (const { name, mtime, mode, content } of readAr([bytes])) {
    found.push({ name, mtime, mode, content: (await gatherBytes(content)).toString() });
  }
  return found;
}

function fails(code: string) {
  return (error: unknown) => error instanceof SlipwayError && error.code === code;
}

test('the members of a Debian package are read in order, and unread content is skipped', async () => {
  const archive = `!<arch>\n${member('debian-binary', '2.0\n')}${member('control.tar.xz/', 'odd')}${member('data.tar', 'four')}`;
  const bytes = Buffer.from(archive);
  const found = await readAll(bytes);
  assert.deepEqual(
    found.map(({ name, content }) => [name, content]),
    [
      ['debian-binary', '2.0\n'],
      ['control.tar.xz', 'odd'],
      ['data.tar', 'four'],
    ],
  );
  assert.deepEqual([found[0]?.mtime, found[0]?.mode], [1_700_000_000, 0o100644]);
  const names = [];
  for await (const { name, sizeBytes } of readAr([bytes.subarray(0, 100), bytes.subarray(100)])) {
    names.push(`${name} ${sizeBytes}`);
  }
  assert.deepEqual(names, ['debian-binary 4', 'control.tar.xz 3', 'data.tar 4']);
});

test('archives of the ar program are read', {
  skip: spawnSync('ar', ['--version']).error && 'ar is not installed',
}, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-ar-'));
  try {
    writeFileSync(join(directory, 'a'), 'hello');
    writeFileSync(join(directory, 'b'), '');
    assert.equal(spawnSync('ar', ['rc', 'x.ar', 'a', 'b'], { cwd: directory }).status, 0);
    const found = await readAll(readFileSync(join(directory, 'x.ar')));
    assert.deepEqual(
      found.map(({ name, content }) => [name, content]),
      [
        ['a', 'hello'],
        ['b', ''],
      ],
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('archives that break the format are refused', async () => {
  const bad: [string, string][] = [
    ['', 'FORMATS_BAD_ARCHIVE'],
    ['!<arch>\r', 'FORMATS_BAD_ARCHIVE'],
    ['!<arch>\nshort', 'FORMATS_TRUNCATED'],
    [`!<arch>\n${member('x', 'content').slice(0, -4)}`, 'FORMATS_TRUNCATED'],
    [`!<arch>\n${member('x', 'even').replace('`', "'")}`, 'FORMATS_BAD_ARCHIVE'],
    [`!<arch>\n${member('x', 'even').replace('100644', '10064z')}`, 'FORMATS_BAD_ARCHIVE'],
    [`!<arch>\n${member('x', 'odd').slice(0, -1)}Z`, 'FORMATS_BAD_ARCHIVE'],
    [`!<arch>\n${member('a/b', 'even')}`, 'FORMATS_BAD_ARCHIVE'],
    [`!<arch>\n${member('//', 'even')}`, 'FORMATS_UNSUPPORTED'],
    [`!<arch>\n${member('#1/20', 'even')}`, 'FORMATS_UNSUPPORTED'],
  ];
  for (const [archive, code] of bad) {
    await assert.rejects(readAll(Buffer.from(archive)), fails(code), JSON.stringify(archive));
  }
});

test('changed archives never fail with anything but a coded error', async () => {
  const whole = Buffer.from(`!<arch>\n${member('debian-binary', '2.0\n')}${member('data.tar', 'odd')}`);
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), async (at, value, end) => {
      const bytes = Buffer.from(whole.subarray(0, end));
      if (at < end) {
        bytes[at] = value;
      }
      await readAll(bytes).catch((error) => assert.ok(error instanceof SlipwayError, String(error)));
    }),
    { numRuns: 500 },
  );
});
