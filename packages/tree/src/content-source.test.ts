import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '@slipway/core';
import fc from 'fast-check';
import { generatedContent, readContents } from './content-source.ts';
import { type FileInode, generatedFile, rootOwned } from './inode.ts';

const attributes = rootOwned(0o644, 7);

test('generated files give their bytes, each inode once, empty ones nothing', async () => {
  const one = generatedFile('one', attributes);
  const empty = generatedFile('', attributes);
  const chunks = [];
  for await (const { inode, offset, bytes } of generatedContent.stream([one, empty, one])) {
    chunks.push([inode === one, offset, Buffer.from(bytes).toString()]);
  }
  assert.deepEqual(chunks, [[true, 0, 'one']]);
});

test('contents are read whole, whatever they are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array()), async (contents) => {
      const files = contents.map((bytes) => generatedFile(bytes, attributes));
      const read = await readContents(generatedContent, files);
      assert.deepEqual(
        files.map((file) => new Uint8Array(read.get(file) as Buffer)),
        contents.map((bytes) => new Uint8Array(bytes)),
      );
    }),
  );
});

test('chunks of a file are put where they belong', async () => {
  const file = { ...generatedFile('', attributes), sizeBytes: 5 };
  const source = {
    async *stream() {
      yield { inode: file, offset: 0, bytes: Buffer.from('ab') };
      yield { inode: file, offset: 2, bytes: Buffer.from('cde') };
    },
  };
  assert.equal((await readContents(source, [file])).get(file)?.toString(), 'abcde');
});

test('a payload is a bug where only generated content is known', async () => {
  const content = { kind: 'payload', package: sha256(''), index: 0 } as const;
  const file: FileInode = { ...attributes, type: 'file', sizeBytes: 1, content, digest: undefined };
  await assert.rejects(readContents(generatedContent, [file]), { code: 'CORE_BUG' });
});

test('a generated file knows its size in bytes', () => {
  assert.equal(generatedFile('ä', attributes).sizeBytes, 2);
  assert.deepEqual(generatedFile('', attributes).mtime, 7);
});
