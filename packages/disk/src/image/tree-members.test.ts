import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ContentSource, type FileInode, generatedContent } from '@slipway/tree';
import { backwardsContent, collect, sampleTree } from './sample-tree.test-support.ts';
import { treeMembers } from './tree-members.ts';

async function listed(source: ContentSource): Promise<string[]> {
  const paths: string[] = [];
  for await (const member of treeMembers(sampleTree(), source)) {
    if (member.kind === 'file') {
      const bytes = await collect(member.content);
      assert.equal(bytes.length, member.inode.sizeBytes);
      paths.push(member.paths.join(' '));
    } else {
      paths.push(member.path);
    }
  }
  return paths;
}

describe('the members of an archive', () => {
  test('are directories, then entries without content, then files in the order of the source', async () => {
    const deep = `/usr/${'long-name-'.repeat(12)}`;
    const small = ['/', '/dev', '/tmp', '/usr', '/usr/bin', deep];
    const special = ['/bin', '/dev/console', '/dev/pipe', '/dev/vda', '/usr/empty'];
    const files = [
      '/usr/bin/a-ping /usr/bin/ping /usr/bin/ping4',
      '/usr/bin/su',
      '/usr/large',
      `${deep}/${'ü'.repeat(100)}`,
    ];
    assert.deepEqual(await listed(generatedContent), [...small, ...special, ...files]);
    assert.deepEqual(await listed(backwardsContent), [...small, ...special, ...files.reverse()]);
  });

  test('are refused when the source leaves out, repeats, cuts or mixes up contents', async () => {
    const sources: readonly ContentSource['stream'][] = [
      async function* () {},
      async function* (files) {
        yield* generatedContent.stream([...files].slice(1));
      },
      async function* (files) {
        yield* generatedContent.stream(files);
        yield* generatedContent.stream([...files].slice(0, 1));
      },
      async function* (files) {
        const [inode] = files;
        yield { inode: inode as FileInode, offset: 0, bytes: Buffer.alloc(1) };
      },
      async function* (files) {
        const [inode] = files;
        yield { inode: inode as FileInode, offset: 0, bytes: Buffer.alloc(4_000_000) };
      },
      async function* (files) {
        const [inode] = files;
        yield { inode: inode as FileInode, offset: 3, bytes: Buffer.alloc(1) };
      },
    ];
    for (const stream of sources) {
      await assert.rejects(listed({ stream }), { code: 'DISK_CONTENT_SIZE' });
    }
  });
});
