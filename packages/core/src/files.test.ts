import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileError, hasErrno, readTextIfPresent, replaceAtomically, writeFileAtomically } from './files.ts';
import { SlipwayError } from './slipway-error.ts';

function newDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-files-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

test('a file is written with its directories, from text, bytes and chunks', async (t) => {
  const directory = newDirectory(t);
  const path = join(directory, 'a/b/file');
  await writeFileAtomically(path, 'text', 0o600);
  assert.equal(readFileSync(path, 'utf8'), 'text');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  await writeFileAtomically(path, Buffer.from('bytes'));
  assert.equal(readFileSync(path, 'utf8'), 'bytes');
  await writeFileAtomically(path, [Buffer.from('chu'), Buffer.from('nks')]);
  assert.equal(readFileSync(path, 'utf8'), 'chunks');
  assert.deepEqual(readdirSync(join(directory, 'a/b')), ['file']);
});

test('the earlier file survives a write that fails, and nothing else is left', async (t) => {
  const directory = newDirectory(t);
  const path = join(directory, 'file');
  writeFileSync(path, 'old');
  async function* broken(): AsyncGenerator<Buffer> {
    yield Buffer.from('new');
    throw new Error('broken off');
  }
  await assert.rejects(writeFileAtomically(path, broken()), { code: 'CORE_FILE_ACCESS' });
  assert.equal(readFileSync(path, 'utf8'), 'old');
  assert.deepEqual(readdirSync(directory), ['file']);
});

test('a directory is replaced or left out whole', async (t) => {
  const directory = newDirectory(t);
  const path = join(directory, 'made');
  await replaceAtomically(path, (temporary) => writeFileAtomically(join(temporary, 'inner'), 'x'));
  assert.equal(readFileSync(join(path, 'inner'), 'utf8'), 'x');
  const own = new SlipwayError('CORE_LIMIT', 'Cannot go on: too much');
  await assert.rejects(
    replaceAtomically(join(directory, 'other'), async (temporary) => {
      await writeFileAtomically(join(temporary, 'inner'), 'x');
      throw own;
    }),
    own,
  );
  assert.deepEqual(readdirSync(directory), ['made']);
});

test('a place that cannot be written is an error with its path', async (t) => {
  const directory = newDirectory(t);
  const blocked = join(directory, 'file/below');
  writeFileSync(join(directory, 'file'), '');
  await assert.rejects(writeFileAtomically(blocked, 'x'), { code: 'CORE_FILE_ACCESS', at: { file: blocked } });
  assert.ok(existsSync(join(directory, 'file')));
});

test('a full disk is said to be full', { skip: existsSync('/dev/full') ? false : 'no /dev/full' }, async () => {
  await assert.rejects(
    (async () => {
      try {
        writeFileSync('/dev/full', 'x');
      } catch (cause) {
        throw fileError('write', '/dev/full', cause);
      }
    })(),
    { code: 'CORE_DISK_FULL', kind: 'environment' },
  );
});

test('the text of a file that is not there is undefined, of a directory an error', async (t) => {
  const directory = newDirectory(t);
  assert.equal(await readTextIfPresent(join(directory, 'nosuch')), undefined);
  await assert.rejects(readTextIfPresent(directory), { code: 'CORE_FILE_ACCESS' });
  assert.equal(hasErrno(new Error('x'), 'ENOENT'), false);
  assert.equal(hasErrno('ENOENT', 'ENOENT'), false);
});
