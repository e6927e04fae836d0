import assert from 'node:assert/strict';
import { open as openFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Digest } from '@slipway/core';
import { missingPrograms, visibleSkip } from '../support/visible-skip.ts';
import { builtProject } from './support/built-project.ts';
import { imageToml } from './support/fault-project.ts';

const skip = visibleSkip(missingPrograms('apt-get'));
const open: { stop(): Promise<void> }[] = [];
after(() => Promise.all(open.map((each) => each.stop())));

async function built() {
  const made = await builtProject();
  open.push(made);
  return made;
}

async function flipByte(path: string, at: (size: number) => number): Promise<void> {
  const { size } = await stat(path);
  const file = await openFile(path, 'r+');
  try {
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, at(size));
    byte[0] = (byte[0] ?? 0) ^ 0x40;
    await file.write(byte, 0, 1, at(size));
  } finally {
    await file.close();
  }
}

type Built = Awaited<ReturnType<typeof built>>;

/** Which stored object is damaged, and the work that has to be done again so that it is read. */
const damages: readonly (readonly [string, (built: Built) => Digest, (built: Built) => Promise<void>])[] = [
  [
    'a downloaded package',
    ({ result }) => result.snapshot.packages[0]?.digest as Digest,
    ({ project }) => rm(join(project.cache, 'tasks/import'), { recursive: true }),
  ],
  [
    'an imported package',
    ({ result }) => result.resolutions[0]?.packages[0]?.digest as Digest,
    ({ project }) => rm(join(project.cache, 'tasks/sign'), { recursive: true }),
  ],
];

for (const [what, digestOf, forget] of damages) {
  for (const [where, at] of [
    ['in its middle', (size: number) => size >> 1],
    ['near its end', (size: number) => size - 9],
    ['in its first header', (size: number) => Math.min(size - 1, 120)],
  ] as const) {
    test(`${what} that the disk damaged ${where} is noticed when it is used, and is made again`, { skip }, async () => {
      const bench = await built();
      const { project, outputs } = bench;
      const path = project.store.path(digestOf(bench));
      await flipByte(path, at);
      await forget(bench);
      await project.write('image.toml', imageToml(['base', 'app', 'extra']));
      const error = await project.failure();
      assert.equal(error.kind, 'integrity', `${error.code} ${error.message}`);
      assert.equal(error.exitStatus, 5);
      assert.equal(error.code, 'CORE_STORE_CORRUPT');
      assert.match(error.message, /Cannot use .*: the stored bytes changed/);
      assert.match(error.hint ?? '', /run the command again, and check the disk/);
      assert.deepEqual(await project.leftovers(), []);
      await project.write('image.toml', imageToml(['base', 'app']));
      await project.run();
      await project.verifyStore();
      assert.deepEqual(await project.outputs(), outputs);
    });
  }
}

test('a signed package that the disk damaged is noticed when an image is made of it, and is made again', {
  skip,
}, async () => {
  const bench = await built();
  const { project, outputs } = bench;
  const rpm = join(project.output, 'repository/x86_64/Packages/a/app-1.0-1.x86_64.rpm');
  await flipByte(rpm, (size) => size - 20);
  await rm(join(project.cache, 'tasks/image'), { recursive: true });
  const error = await project.failure();
  assert.equal(error.code, 'CORE_STORE_CORRUPT', error.message);
  await project.run();
  await project.verifyStore();
  assert.deepEqual(await project.outputs(), outputs);
});
