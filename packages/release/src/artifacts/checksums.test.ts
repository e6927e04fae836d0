import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { SlipwayError, sha256 } from '@slipway/core';
import fc from 'fast-check';
import { type Checksum, formatChecksums, parseChecksums } from './checksums.ts';

const fileName = fc.string({ minLength: 1, unit: 'binary' }).map((text) => text.toWellFormed());
const checksums: fc.Arbitrary<Checksum[]> = fc.uniqueArray(
  fc.record({ name: fileName.filter((name) => !name.includes('\0')), sha256: fc.string().map(sha256) }),
  { selector: ({ name }) => name },
);

test('lists of checksums come back sorted', () => {
  fc.assert(
    fc.property(checksums, (files) => {
      const text = formatChecksums(files);
      const read = parseChecksums(text);
      assert.equal(formatChecksums(read), text);
      assert.deepEqual(new Set(read.map(({ name }) => name)), new Set(files.map(({ name }) => name)));
    }),
  );
});

test('sha256sum writes and accepts the same list, also for names with backslashes and line breaks', async (context) => {
  const run = promisify(execFile);
  const directory = await mkdtemp(join(tmpdir(), 'checksums-test-'));
  try {
    const names = ['z.img', 'a b.rpm', 'back\\slash', 'line\nbreak', 'ä', '-dash', '*star'];
    await Promise.all(names.map((name) => writeFile(join(directory, name), name)));
    const text = formatChecksums(names.map((name) => ({ name, sha256: sha256(name) })));
    await writeFile(join(directory, 'SHA256SUMS'), text);

    const { stdout } = await run('sha256sum', ['-c', '--strict', 'SHA256SUMS'], { cwd: directory });
    const written = await run('sha256sum', ['--', ...names], { cwd: directory });

    assert.equal(stdout.match(/: OK$/gm)?.length, names.length);
    assert.equal(formatChecksums(parseChecksums(written.stdout)), text);
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw failure;
    }
    context.skip('sha256sum is not installed');
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

test('names that cannot be listed are refused', () => {
  for (const names of [[''], ['a\0b'], ['a', 'a']]) {
    assert.throws(() => formatChecksums(names.map((name) => ({ name, sha256: sha256('') }))), {
      code: 'RELEASE_BAD_FILE_NAME',
    });
  }
});

test('a line of another form is refused with its number', () => {
  const good = `${sha256('')}  a`;
  for (const bad of ['', 'x', good.toUpperCase(), `${sha256('')} a`, `${sha256('')}  a\\b`, `\\${good}\\x`, good]) {
    assert.throws(
      () => parseChecksums(`${good}\n${bad}\n`),
      (failure) => {
        return failure instanceof SlipwayError && failure.code === 'RELEASE_BAD_CHECKSUMS' && failure.at?.line === 2;
      },
    );
  }
});

test('arbitrary texts never fail with anything but the code for checksums', () => {
  const nearly = fc.array(fc.constantFrom(sha256('a'), ' ', '  ', ' *', '\\', '\n', 'name', '\\n', '\r', '\0'));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        nearly.map((parts) => parts.join('')),
      ),
      (text) => {
        try {
          parseChecksums(text);
        } catch (failure) {
          assert.ok(failure instanceof SlipwayError && failure.code === 'RELEASE_BAD_CHECKSUMS');
        }
      },
    ),
  );
});
