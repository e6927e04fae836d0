import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Store } from '@slipway/core';
import { applyOverlays, MemorySourceFiles, type Overlay } from '@slipway/spec';
import fc from 'fast-check';
import { DirectorySourceFiles } from './directory-source-files.ts';

async function temporary(t: TestContext): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'slipway-directory-files-'));
  t.after(() => rm(root, { recursive: true, force: true }));
  return root;
}

const names = fc.constantFrom('a', 'b', 'sub/c', 'sub/d');
const commands = fc.array(
  fc.oneof(
    fc.record({
      verb: fc.constant('write' as const),
      path: names,
      bytes: fc.uint8Array({ maxLength: 20 }),
      mode: fc.option(fc.constantFrom(0o600, 0o755), { nil: undefined }),
    }),
    fc.record({ verb: fc.constant('remove' as const), path: names }),
    fc.record({
      verb: fc.constant('rename' as const),
      path: fc.constantFrom('a', 'b'),
      to: fc.constantFrom('a', 'b', 'e'),
    }),
  ),
  { maxLength: 12 },
);

type Command = typeof commands extends fc.Arbitrary<(infer T)[]> ? T : never;

async function run(files: DirectorySourceFiles | MemorySourceFiles, command: Command): Promise<string> {
  const done =
    command.verb === 'write'
      ? files.write(command.path, command.bytes, command.mode)
      : command.verb === 'remove'
        ? files.remove(command.path)
        : files.rename(command.path, command.to);
  return done.then(
    () => 'done',
    (error: Error) => error.message,
  );
}

test('files in a directory behave as those in memory', async (t) => {
  const root = await temporary(t);
  let count = 0;
  await fc.assert(
    fc.asyncProperty(commands, async (list) => {
      const directory = join(root, String(count++));
      await mkdir(directory);
      const [onDisk, inMemory] = [new DirectorySourceFiles(directory), new MemorySourceFiles()];
      for (const command of list) {
        assert.equal(await run(onDisk, command), await run(inMemory, command));
      }
      const listed = await onDisk.list();
      assert.deepEqual(
        listed.map(({ path, mode }) => ({ path, mode })),
        await inMemory.list(),
      );
      for (const { path, sizeBytes } of listed) {
        const bytes = await inMemory.read(path);
        assert.deepEqual(await onDisk.read(path), bytes);
        assert.deepEqual(await readFile(join(directory, path)), bytes);
        assert.equal(sizeBytes, bytes.length);
      }
    }),
    { numRuns: 60 },
  );
});

test('an archive of any size is copied, renamed and removed without being read', async (t) => {
  const root = await temporary(t);
  const store = new Store(join(root, 'store'));
  const directory = join(root, 'work');
  await mkdir(directory);
  const chunk = Buffer.alloc(1 << 20);
  const object = await store.put(Array.from({ length: 100 }, () => chunk));
  const files = new DirectorySourceFiles(directory);
  const before = process.memoryUsage().arrayBuffers;
  await files.copyStored('big.tar', object, store);
  await files.copyStored('more.tar', object, store);
  const apply = (...overlays: Overlay[]) =>
    applyOverlays({ spec: Buffer.from('Name: demo\n'), specName: 'demo.spec', files }, overlays);
  await apply(
    { type: 'file-rename', file: 'big.tar', replacement: 'large.tar' },
    { type: 'file-remove', file: 'more.tar' },
  );

  assert.deepEqual(await readdir(directory), ['large.tar']);
  assert.deepEqual(await files.list(), [{ path: 'large.tar', mode: 0o644, sizeBytes: object.sizeBytes }]);
  assert.ok(process.memoryUsage().arrayBuffers - before < 32 << 20);
  await assert.rejects(apply({ type: 'file-prepend-lines', file: '*.tar', lines: ['x'] }), { code: 'CORE_LIMIT' });
});
