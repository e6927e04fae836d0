import assert from 'node:assert/strict';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sha256 } from '@slipway/core';
import { describeOutput, outputsIntact } from './output-files.ts';

async function withFile(body: (path: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-outputs-'));
  try {
    const path = join(directory, 'image.raw');
    await writeFile(path, 'bytes');
    await body(path);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

test('outputs are intact as long as nobody touches them', async () => {
  await withFile(async (path) => {
    const output = await describeOutput(path, 5, sha256('bytes'));

    assert.equal(await outputsIntact([output]), true);
  });
});

for (const [what, change] of [
  ['removed', (path: string) => rm(path)],
  ['longer', (path: string) => writeFile(path, 'more bytes')],
  ['written again with the same length', (path: string) => utimes(path, 1, 1)],
] as const) {
  test(`an output that was ${what} is made again`, async () => {
    await withFile(async (path) => {
      const output = await describeOutput(path, 5, sha256('bytes'));

      await change(path);

      assert.equal(await outputsIntact([output]), false);
    });
  });
}
