import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { removeLeftTemporaries, temporaryBeside } from './files.ts';
import { withProcessLock } from './process-lock.ts';

function newDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-lock-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

test('a lock names its process, keeps others out, and is gone afterwards', async (t) => {
  const path = join(newDirectory(t), 'a/.lock');
  const result = await withProcessLock(path, async () => {
    assert.match(readFileSync(path, 'utf8'), new RegExp(`^${process.pid} \\d+\\n$`));
    await assert.rejects(
      withProcessLock(path, async () => {}, 'cache'),
      (error: { code: string; message: string }) =>
        error.code === 'CORE_BUSY' && error.message.includes(`process ${process.pid} is working on the same cache`),
    );
    return 42;
  });
  assert.equal(result, 42);
  assert.equal(existsSync(path), false);
});

test('the lock of a process that is gone is taken over, and of one whose number was given out again', async (t) => {
  const path = join(newDirectory(t), '.lock');
  for (const content of ['4194303 5\n', `${process.pid} 1\n`, '', 'nonsense\n', '99999999999999999999\n']) {
    writeFileSync(path, content);
    assert.equal(await withProcessLock(path, async () => 'done'), 'done', JSON.stringify(content));
  }
});

test('temporaries of dead processes are removed, those of living ones unless the place is ours', async (t) => {
  const directory = newDirectory(t);
  mkdirSync(join(directory, 'a/b'), { recursive: true });
  const dead = '.file.4194303-0123456789ab.tmp';
  for (const place of [dead, `a/${dead}`, `a/b/${dead}`, 'file', '.hidden.tmp']) {
    writeFileSync(join(directory, place), '');
  }
  const own = temporaryBeside(join(directory, 'directory'));
  mkdirSync(own);
  writeFileSync(join(own, 'file'), '');
  await removeLeftTemporaries(directory, { isMine: false, depth: 1 });
  assert.equal(existsSync(own), true);
  assert.deepEqual(readdirSync(join(directory, 'a')), ['b']);
  assert.deepEqual(readdirSync(join(directory, 'a/b')), [dead]);
  await removeLeftTemporaries(directory, { isMine: true, depth: 2 });
  assert.deepEqual(readdirSync(directory).sort(), ['.hidden.tmp', 'a', 'file']);
  assert.deepEqual(readdirSync(join(directory, 'a/b')), []);
  await removeLeftTemporaries(join(directory, 'absent'), { isMine: true, depth: 2 });
});
