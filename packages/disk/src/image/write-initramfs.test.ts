import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { decompressZstd, readCpio } from '@slipway/formats';
import { generatedContent } from '@slipway/tree';
import { inTemporaryDirectory, runInJudgeTree, unlessInJudgeTree } from './judges.test-support.ts';
import { backwardsContent, collect, sampleTree } from './sample-tree.test-support.ts';
import { writeInitramfs } from './write-initramfs.ts';

describe('an initramfs', () => {
  test('is the same bytes each time and the same archive when compressed', async () => {
    const plain = await collect(writeInitramfs(sampleTree(), generatedContent, { compression: 'none' }));
    assert.deepEqual(await collect(writeInitramfs(sampleTree(), generatedContent, { compression: 'none' })), plain);
    const packed = await collect(writeInitramfs(sampleTree(), generatedContent, { compression: 'zstd', level: 3 }));
    assert.ok(packed.length < plain.length / 10);
    assert.deepEqual(await collect(decompressZstd([packed])), plain);
  });

  test('numbers its entries in their order and gives the content of hard links with the last', async () => {
    const plain = await collect(writeInitramfs(sampleTree(), backwardsContent, { compression: 'none' }));
    const links: string[] = [];
    let highest = 0;
    for await (const entry of readCpio([plain])) {
      assert.equal(entry.kind, 'newc');
      if (entry.kind === 'newc') {
        assert.ok(entry.inode === highest || entry.inode === highest + 1);
        highest = entry.inode;
        if (entry.linkCount === 3) {
          links.push(`${entry.path} ${entry.sizeBytes}`);
        }
      }
      await collect(entry.content);
    }
    assert.deepEqual(links, ['usr/bin/a-ping 0', 'usr/bin/ping 0', 'usr/bin/ping4 12']);
  });

  test('is listed and unpacked by GNU cpio', { skip: unlessInJudgeTree('usr/bin/cpio') }, async () => {
    await inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'initrd');
      await writeFile(path, await collect(writeInitramfs(sampleTree(), generatedContent, { compression: 'none' })));
      const listed = await runInJudgeTree({ files: [path], command: ['sh', '-c', 'cpio -itvn < initrd'] });
      assert.equal(listed.status, 0, listed.stderr);
      const text = listed.stdout.toString();
      assert.match(text, /^-rwxr-xr-x +3 0 +0 +12 .* usr\/bin\/ping4$/m);
      assert.match(text, /^-rwsr-xr-x +1 0 +0 +2 .* usr\/bin\/su$/m);
      assert.match(text, /^drwxrwxrwt +2 0 +0 .* tmp$/m);
      assert.match(text, /^lrwxrwxrwx .* bin -> usr\/bin$/m);
      assert.match(text, /^crw------- .* 5, +1 .* dev\/console$/m);
      assert.match(text, /^brw-rw---- .* 254, +0 .* dev\/vda$/m);
      assert.match(text, /^-rw------- +1 1000 +100 +0 .* usr\/empty$/m);
      assert.match(text, /^prw--w--w- .* dev\/pipe$/m);
      const script =
        'mkdir t && cd t && cpio -id --quiet < ../initrd && stat -c "%h %s" usr/bin/a-ping && cat usr/bin/ping';
      const unpacked = await runInJudgeTree({ files: [path], command: ['sh', '-c', script] });
      assert.equal(unpacked.stdout.toString(), '3 12\nping program', unpacked.stderr);
    });
  });
});
