import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  baseName,
  type ContentSource,
  type FileInode,
  FileTree,
  generatedFile,
  type Ownership,
  rootOwned,
} from '@slipway/tree';
import fc from 'fast-check';
import { type BlockWriter, FileBlockWriter } from '../block-writer.ts';
import { inTemporaryDirectory } from '../image/judges.test-support.ts';
import { randomTrees } from '../image/random-tree.test-support.ts';
import {
  checkFileSystem,
  compareWithTree,
  needsE2fsprogs,
  patternContent,
  run,
  testOptions,
  writeImage,
} from './e2fsprogs.test-support.ts';
import { writeMetadata } from './ext4-metadata.ts';
import type { Ext4Options } from './ext4-options.ts';
import { planExt4 } from './plan-ext4.ts';
import { writeExt4 } from './write-ext4.ts';

const owned = rootOwned(0o755, 1_600_000_000);

function emptyTree(): FileTree {
  return new FileTree({ type: 'directory', ...owned });
}

function patternFile(sizeBytes: number, index: number, ownership: Ownership = owned): FileInode {
  const content = { kind: 'payload', package: '00'.repeat(32) as FileInode['digest'] & string, index } as const;
  return { ...ownership, type: 'file', sizeBytes, content, digest: undefined };
}

const exact = (sizeBytes: number): Pick<Ext4Options, 'size'> => ({ size: { kind: 'exact', sizeBytes } });
const minimal = (freeBytes: number): Pick<Ext4Options, 'size'> => ({ size: { kind: 'minimal', freeBytes } });

/** Access for user 1000: the form of getxattr(2). */
const accessList = Buffer.from(
  '0200000001000700ffffffff02000500e803000004000500ffffffff10000500ffffffff20000500ffffffff',
  'hex',
);

function variedTree(): FileTree {
  const tree = emptyTree();
  tree.set('/etc', { type: 'directory', ...owned, mode: 0o2751, gid: 42 });
  const shared = generatedFile('root:x:0:0::/root:/bin/sh\n', {
    ...rootOwned(0o4644, 5_000_000_000),
    uid: 70_000,
    gid: 4_000_000_000,
    xattrs: new Map([
      ['security.capability', Buffer.from('0100000200200000000000000000000000000000', 'hex')],
      ['security.selinux', Buffer.from('system_u:object_r:passwd_file_t:s0\0')],
      ['user.note', Buffer.from('x'.repeat(700))],
    ]),
  });
  tree.set('/etc/passwd', shared);
  tree.set('/etc/passwd-', shared);
  tree.set('/etc/acl', generatedFile('', { ...owned, xattrs: new Map([['system.posix_acl_access', accessList]]) }));
  tree.set('/etc/mtab', { type: 'symlink', target: '../proc/self/mounts', ...owned });
  tree.set('/etc/fast', { type: 'symlink', target: 'f'.repeat(59), ...owned });
  tree.set('/etc/slow', { type: 'symlink', target: 's'.repeat(60), ...owned });
  tree.set('/etc/slowest', { type: 'symlink', target: 't'.repeat(4095), ...owned });
  tree.set('/null', { type: 'character-device', major: 1, minor: 3, ...owned, mode: 0o666 });
  tree.set('/disk', { type: 'block-device', major: 259, minor: 1_048_575, ...owned, mode: 0o660, gid: 6 });
  tree.set('/pipe', { type: 'fifo', ...owned, mtime: -86_400 });
  tree.set('/file', patternFile(3_000_001, 5));
  tree.set('/zeros', patternFile(200_000, 0));
  tree.set(`/${'n'.repeat(255)}`, patternFile(4096, 7));
  return tree;
}

test('every kind of entry comes back as it went in', needsE2fsprogs, async () => {
  await inTemporaryDirectory(async (directory) => {
    const image = join(directory, 'image');
    const tree = variedTree();
    await writeImage(image, tree);
    await compareWithTree(image, tree, directory);
    const slow = run('debugfs', '-R', 'cat /etc/slowest', image);
    assert.equal(slow.stdout, 't'.repeat(4095));
  });
});

test('inodes share a block of equal attributes, 1024 at most', needsE2fsprogs, async () => {
  await inTemporaryDirectory(async (directory) => {
    const tree = emptyTree();
    for (let index = 0; index < 1100; index++) {
      const xattrs = new Map([['user.policy', Buffer.alloc(200, 'p')]]);
      tree.set(`/${index}`, { type: 'fifo', ...owned, xattrs });
    }
    const image = join(directory, 'image');
    const layout = await writeImage(image, tree);
    assert.deepEqual(
      layout.plan.attributeBlocks.map(({ users }) => users),
      [1024, 76],
    );
    await compareWithTree(image, tree, directory);
  });
});

test('the features are those of mke2fs 1.47.0', needsE2fsprogs, async () => {
  await inTemporaryDirectory(async (directory) => {
    const image = join(directory, 'image');
    await writeImage(image, variedTree(), exact(600 << 20));
    const facts = run('dumpe2fs', '-h', image).stdout;
    assert.match(
      facts,
      /features: +has_journal ext_attr resize_inode dir_index filetype extent 64bit flex_bg sparse_super large_file huge_file dir_nlink extra_isize metadata_csum\n/,
    );
    assert.match(facts, /volume name: +slipway\n/);
    assert.match(facts, new RegExp(`UUID: +${testOptions.uuid}\n`));
    assert.match(facts, new RegExp(`Hash Seed: +${testOptions.hashSeed}\n`));
    assert.match(facts, /Inode count: +38400\n/);
    assert.match(facts, /Total journal size: +16M\n/);
    await writeImage(join(directory, 'plain'), variedTree(), { journalBytes: 0 });
    assert.doesNotMatch(run('dumpe2fs', '-h', join(directory, 'plain')).stdout, /has_journal/);
  });
});

const trees = randomTrees({
  mtime: fc.integer({ min: -(2 ** 31), max: 2 ** 33 }),
  file: fc
    .tuple(fc.oneof(fc.constantFrom(0, 1, 4095, 4096, 4097), fc.nat(3_000_000)), fc.nat(5))
    .map(([sizeBytes, index]) => patternFile(sizeBytes, index)),
});

test('generated trees come back as they went in', needsE2fsprogs, async () => {
  await fc.assert(
    fc.asyncProperty(trees, fc.nat(40 << 20), fc.boolean(), async (tree, freeBytes, withJournal) => {
      await inTemporaryDirectory(async (directory) => {
        const image = join(directory, 'image');
        const layout = await writeImage(image, tree, {
          ...minimal(freeBytes),
          ...(withJournal ? {} : { journalBytes: 0 }),
        });
        assert.ok(layout.freeBytes >= freeBytes);
        await compareWithTree(image, tree, directory);
      });
    }),
    { numRuns: 20 },
  );
});

test('every size gives a sound file system that covers it but for a short last group', needsE2fsprogs, async () => {
  const groupBytes = 32_768 * 4096;
  const sizes = fc
    .tuple(fc.integer({ min: 0, max: 40 }), fc.oneof(fc.nat(2000 * 4096), fc.nat(groupBytes)))
    .map(([groups, rest]) => Math.max(groups * groupBytes + rest, 9 << 20));
  await fc.assert(
    fc.asyncProperty(sizes, async (sizeBytes) => {
      await inTemporaryDirectory(async (directory) => {
        const layout = await writeImage(join(directory, 'image'), variedTree(), exact(sizeBytes));
        assert.ok(layout.sizeBytes <= sizeBytes && layout.sizeBytes > sizeBytes - 12_000 * 4096);
      });
    }),
    { numRuns: 15 },
  );
});

test('file systems grow to twice their size and far beyond', needsE2fsprogs, async () => {
  await inTemporaryDirectory(async (directory) => {
    for (const size of [minimal(0), minimal(300 << 20), exact(5 * 2 ** 30)]) {
      const image = join(directory, 'image');
      const tree = variedTree();
      const { sizeBytes } = await writeImage(image, tree, size);
      for (const grown of [2 * sizeBytes, 60 * 2 ** 30]) {
        assert.equal(run('resize2fs', image, `${Math.ceil(grown / 1024)}K`).status, 0);
        checkFileSystem(image);
        await compareWithTree(image, tree, directory);
      }
      await rm(image);
    }
  });
});

test('directories of many names, and deep ones', needsE2fsprogs, async () => {
  await inTemporaryDirectory(async (directory) => {
    const tree = emptyTree();
    tree.set('/many', { type: 'directory', ...owned });
    for (let index = 0; index < 5000; index++) {
      tree.set(`/many/${index}-${'x'.repeat(index % 230)}`, generatedFile(`${index}`, owned));
    }
    const image = join(directory, 'many');
    await writeImage(image, tree);
    const names = run('debugfs', '-R', 'ls -p /many', image)
      .stdout.split('\n')
      .map((line) => line.split('/')[5]);
    assert.deepEqual(names.filter(Boolean).slice(2).sort(), tree.children('/many').map(baseName).sort());
    const chain = emptyTree();
    for (let index = 0, path = ''; index < 300; index++) {
      path += `/${index}`;
      chain.set(path, { type: 'directory', ...owned });
    }
    await writeImage(join(directory, 'deep'), chain);
    await compareWithTree(join(directory, 'deep'), chain, directory);
  });
});

test('a file over many groups has an extent tree', needsE2fsprogs, async () => {
  await inTemporaryDirectory(async (directory) => {
    const image = join(directory, 'image');
    const tree = emptyTree();
    tree.set('/large', patternFile(1_400_000_123, 0));
    const tail = patternFile(9_000_000, 2);
    tree.set('/tail', tail);
    await writeImage(image, tree);
    assert.match(run('debugfs', '-R', 'stat /large', image).stdout, /\(ETB0\)/);
    run('debugfs', '-R', `dump /tail ${join(directory, 'tail')}`, image);
    const written = createHash('sha256');
    for await (const { bytes } of patternContent.stream([tail])) {
      written.update(bytes);
    }
    const read = createHash('sha256').update(await readFile(join(directory, 'tail')));
    assert.equal(read.digest('hex'), written.digest('hex'));
  });
});

test('a file of 300 GiB has an extent tree of two levels', needsE2fsprogs, async () => {
  await inTemporaryDirectory(async (directory) => {
    const image = join(directory, 'image');
    const tree = emptyTree();
    tree.set('/huge', patternFile(300 * 2 ** 30 + 17, 0));
    const layout = planExt4(tree, { ...testOptions, ...minimal(0), bytesPerInode: 2 ** 20 });
    const out = await FileBlockWriter.create(image, layout.sizeBytes);
    // A file of zeros only: its content would write nothing.
    for (const { offset, bytes } of writeMetadata(layout.plan)) {
      await out.write(offset, bytes);
    }
    await out.close();
    checkFileSystem(image);
    assert.match(run('debugfs', '-R', 'ex -n /huge', image).stdout, /^ 1\/ 2/m);
  });
});

test('equal trees give equal bytes, whatever order the content comes in', async () => {
  const write = async (content: ContentSource) => {
    const layout = planExt4(variedTree(), { ...testOptions, ...minimal(1 << 20) });
    const bytes = Buffer.alloc(layout.sizeBytes);
    const out: BlockWriter = { write: async (offset, part) => void bytes.set(part, offset) };
    await writeExt4(layout, content, out);
    return createHash('sha256').update(bytes).digest('hex');
  };
  const backwards: ContentSource = { stream: (files) => patternContent.stream([...files].reverse()) };
  assert.equal(await write(patternContent), await write(patternContent));
  assert.equal(await write(patternContent), await write(backwards));
});

test('content lies in the order that was asked for, in one row', () => {
  const tree = emptyTree();
  const files = Array.from({ length: 20 }, (_, index) => patternFile(10_000 * index + 1, index));
  files.forEach((file, index) => {
    tree.set(`/${index}`, file);
  });
  const layout = planExt4(tree, { ...testOptions, ...minimal(0), order: [...files].reverse() });
  assert.deepEqual([...layout.extents.keys()], [...files].reverse());
  let next: number | undefined;
  for (const [extent] of layout.extents.values()) {
    assert.ok(extent !== undefined && (next === undefined || extent.physical === next));
    next = extent.physical + extent.blocks;
  }
});

test('what ext4 cannot hold is refused by name', () => {
  const plan = (change: (tree: FileTree) => void, options: Partial<Ext4Options> = {}) => {
    const tree = emptyTree();
    change(tree);
    return () => planExt4(tree, { ...testOptions, ...minimal(0), ...options });
  };
  const unrepresentable = { code: 'DISK_EXT4_UNREPRESENTABLE' };
  const withAttribute = (name: string, size: number) => (tree: FileTree) =>
    tree.set('/x', generatedFile('', { ...owned, xattrs: new Map([[name, Buffer.alloc(size)]]) }));
  assert.throws(plan(withAttribute('user.x', 5000)), unrepresentable);
  assert.throws(plan(withAttribute('strange.x', 1)), unrepresentable);
  assert.throws(plan(withAttribute('system.posix_acl_access', 7)), unrepresentable);
  assert.throws(
    plan((tree) => tree.set('/x', { type: 'symlink', target: '', ...owned })),
    unrepresentable,
  );
  assert.throws(
    plan((tree) => tree.set('/x', generatedFile('', { ...owned, mtime: 2 ** 40 }))),
    unrepresentable,
  );
  assert.throws(
    plan((tree) => tree.set('/x', generatedFile('', { ...owned, uid: 2 ** 32 }))),
    unrepresentable,
  );
  assert.throws(
    plan((tree) => tree.set('/lost+found', generatedFile('', owned))),
    unrepresentable,
  );
  assert.throws(
    plan((tree) => {
      tree.set('/x', patternFile(9 * 2 ** 40, 0));
      tree.set('/y', patternFile(9 * 2 ** 40, 0));
    }),
    unrepresentable,
  );
  const large = (tree: FileTree) => tree.set('/x', patternFile(50 << 20, 1));
  assert.throws(plan(large, exact(50 << 20)), { code: 'DISK_EXT4_TOO_SMALL' });
  assert.throws(plan(large, exact(100)), { code: 'DISK_EXT4_TOO_SMALL' });
  assert.throws(plan(large, { uuid: 'no' }), { code: 'DISK_EXT4_BAD_OPTION' });
  assert.throws(plan(large, { label: 'longer than sixteen' }), { code: 'DISK_EXT4_BAD_OPTION' });
});

test('the size that a refusal names is enough', () => {
  const tree = variedTree();
  try {
    planExt4(tree, { ...testOptions, ...exact(1 << 20) });
    assert.fail('a file system of 1 MiB was planned');
  } catch (error) {
    const { needed } = (error as { data: { needed: number } }).data;
    assert.ok(planExt4(tree, { ...testOptions, ...exact(needed) }).freeBytes >= 0);
  }
});

test('content of another size than announced is refused', async () => {
  const tree = emptyTree();
  tree.set('/x', patternFile(10_000, 1));
  const layout = planExt4(tree, { ...testOptions, ...minimal(0) });
  const out: BlockWriter = { write: async () => {} };
  for (const sizes of [[], [9999], [10_001], [5000, 5001]]) {
    const content: ContentSource = {
      async *stream(files) {
        for (const inode of files) {
          let offset = 0;
          for (const size of sizes) {
            yield { inode, offset, bytes: Buffer.alloc(size) };
            offset += size;
          }
        }
      },
    };
    await assert.rejects(writeExt4(layout, content, out), { code: 'DISK_CONTENT_SIZE' });
  }
});
