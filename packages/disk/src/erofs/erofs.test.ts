import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { runProgram } from '@slipway/core';
import { type ContentSource, type FileInode, FileTree, generatedFile, type Ownership, rootOwned } from '@slipway/tree';
import fc from 'fast-check';
import type { BlockWriter } from '../block-writer.ts';
import { inTemporaryDirectory, unlessInstalled } from '../image/judges.test-support.ts';
import { randomTrees } from '../image/random-tree.test-support.ts';
import type { ErofsCompression, ErofsOptions } from './erofs-options.ts';
import {
  checkFileSystem,
  compareExtracted,
  compareMounted,
  mixedContent,
  needsErofsUtils,
  needsKernel,
  runErofsUtils,
  testOptions,
  writeImage,
} from './erofs-utils.test-support.ts';
import { planErofs } from './plan-erofs.ts';
import { writeErofs } from './write-erofs.ts';

const owned = rootOwned(0o755, testOptions.createdAt);

function emptyTree(): FileTree {
  return new FileTree({ type: 'directory', ...owned });
}

/** Content is that of `mixedContent`: index 0 zeros, 1 text, 2 noise, others some of each. */
function mixedFile(sizeBytes: number, index: number, ownership: Ownership = owned): FileInode {
  const content = { kind: 'payload', package: '00'.repeat(32) as FileInode['digest'] & string, index } as const;
  return { ...ownership, type: 'file', sizeBytes, content, digest: undefined };
}

/** Access for user 1000: the form of getxattr(2). */
const accessList = Buffer.from(
  '0200000001000700ffffffff02000500e803000004000500ffffffff10000500ffffffff20000500ffffffff',
  'hex',
);
const label = (type: string) => ['security.selinux', Buffer.from(`system_u:object_r:${type}:s0\0`)] as const;

function variedTree(): FileTree {
  const tree = emptyTree();
  tree.set('/etc', { type: 'directory', ...owned, mode: 0o2751, gid: 42 });
  const shared = generatedFile('root:x:0:0::/root:/bin/sh\n', {
    ...rootOwned(0o4644, 5_000_000_000),
    uid: 70_000,
    gid: 4_000_000_000,
    xattrs: new Map([
      ['security.capability', Buffer.from('0100000200200000000000000000000000000000', 'hex')],
      label('passwd_file_t'),
      ['user.note', Buffer.from('x'.repeat(5000))],
    ]),
  });
  tree.set('/etc/passwd', shared);
  tree.set('/etc/passwd-', shared);
  for (const name of ['a', 'b', 'c']) {
    tree.set(`/etc/${name}`, generatedFile(name, { ...owned, xattrs: new Map([label('etc_t')]) }));
  }
  tree.set('/etc/acl', generatedFile('', { ...owned, xattrs: new Map([['system.posix_acl_access', accessList]]) }));
  tree.set('/etc/mtab', { type: 'symlink', target: '../proc/self/mounts', ...owned });
  tree.set('/etc/longest', { type: 'symlink', target: 't'.repeat(4095), ...owned });
  tree.set('/etc/largest-inline', generatedFile(Buffer.alloc(4064, 'i'), owned));
  tree.set('/etc/too-large-for-inline', generatedFile(Buffer.alloc(4065, 'j'), owned));
  tree.set('/null', { type: 'character-device', major: 1, minor: 3, ...owned, mode: 0o666 });
  tree.set('/disk', { type: 'block-device', major: 259, minor: 1_048_575, ...owned, mode: 0o660, gid: 6 });
  tree.set('/pipe', { type: 'fifo', ...owned, mtime: -86_400 });
  for (const [index, name] of ['zeros', 'text', 'noise', 'mixture'].entries()) {
    tree.set(`/${name}`, mixedFile(3_000_001, index));
    tree.set(`/whole-${name}`, mixedFile(40_960, index));
  }
  tree.set(`/${'n'.repeat(255)}`, mixedFile(4096, 1));
  tree.set('/!before-the-dot', mixedFile(5000, 1));
  return tree;
}

const compressions: readonly (ErofsCompression | undefined)[] = [
  undefined,
  { algorithm: 'lz4' },
  { algorithm: 'lz4', clusterBytes: 8192 },
  { algorithm: 'zstd' },
  { algorithm: 'zstd', level: 9, clusterBytes: 1 << 19 },
];

function withCompression(compression: ErofsCompression | undefined): Partial<ErofsOptions> {
  return compression === undefined ? {} : { compression };
}

for (const compression of compressions) {
  const how = compression === undefined ? 'as it is' : `compressed as ${JSON.stringify(compression)}`;

  test(`every kind of entry passes fsck.erofs and comes out as it went in, ${how}`, needsErofsUtils, async () => {
    await inTemporaryDirectory(async (directory) => {
      const image = join(directory, 'image');
      await writeImage(image, variedTree(), withCompression(compression));
      await checkFileSystem(image);
      await compareExtracted(image, variedTree(), directory);
    });
  });

  test(`the kernel reads every kind of entry as it went in, ${how}`, needsKernel, async () => {
    await inTemporaryDirectory(async (directory) => {
      const image = join(directory, 'image');
      await writeImage(image, variedTree(), withCompression(compression));
      await compareMounted(image, variedTree(), directory);
    });
  });
}

const sizes = fc.oneof(
  fc.constantFrom(0, 1, 4032, 4064, 4095, 4096, 4097, 8192, 8193, 65_536, 131_072, 196_607, 196_608),
  fc.nat(20_000),
  fc.nat(1_000_000),
);
const trees = randomTrees({
  mtime: fc.oneof(fc.constant(testOptions.createdAt), fc.integer({ min: -(2 ** 31), max: 2 ** 33 })),
  file: fc.tuple(sizes, fc.nat(6)).map(([sizeBytes, index]) => mixedFile(sizeBytes, index)),
});

test('generated trees pass fsck.erofs and come out as they went in', needsErofsUtils, async () => {
  await fc.assert(
    fc.asyncProperty(trees, fc.constantFrom(...compressions), async (tree, compression) => {
      await inTemporaryDirectory(async (directory) => {
        const image = join(directory, 'image');
        await writeImage(image, tree, withCompression(compression));
        await checkFileSystem(image);
        await compareExtracted(image, tree, directory);
      });
    }),
    { numRuns: 15 },
  );
});

test('the kernel reads generated trees as they went in', needsKernel, async () => {
  await fc.assert(
    fc.asyncProperty(trees, fc.constantFrom(...compressions), async (tree, compression) => {
      await inTemporaryDirectory(async (directory) => {
        const image = join(directory, 'image');
        const { sizeBytes, layout } = await writeImage(image, tree, withCompression(compression));
        assert.ok(sizeBytes <= layout.maxSizeBytes);
        await compareMounted(image, tree, directory);
      });
    }),
    { numRuns: 25 },
  );
});

test('directories of many names are searched by halves', needsKernel, async () => {
  await inTemporaryDirectory(async (directory) => {
    const tree = emptyTree();
    tree.set('/many', { type: 'directory', ...owned });
    for (let index = 0; index < 3000; index++) {
      tree.set(`/many/${index}-${'x'.repeat(index % 230)}`, generatedFile(`${index}`, owned));
    }
    const image = join(directory, 'image');
    await writeImage(image, tree);
    await compareMounted(image, tree, directory);
  });
});

test('erofs-utils of Debian 12 read what came before zstd', { skip: unlessInstalled('fsck.erofs') }, async () => {
  await inTemporaryDirectory(async (directory) => {
    for (const compression of [undefined, { algorithm: 'lz4' } as const]) {
      const image = join(directory, 'image');
      await writeImage(image, variedTree(), withCompression(compression));
      const { status, stdout, stderr } = await runProgram('fsck.erofs', ['--extract', image]);
      assert.equal(status, 0, `${stdout}${stderr}`);
    }
  });
});

test('dump.erofs shows the identity that was asked for', needsErofsUtils, async () => {
  await inTemporaryDirectory(async (directory) => {
    const image = join(directory, 'image');
    const { sizeBytes, layout } = await writeImage(image, variedTree(), { compression: { algorithm: 'zstd' } });
    const facts = await runErofsUtils(image, 'dump.erofs', '-s');
    assert.match(facts, new RegExp(`blocks: +${sizeBytes / 4096}\n`));
    assert.match(facts, new RegExp(`inode count: +${layout.inodeCount}\n`));
    assert.match(facts, new RegExp(`UUID: +${testOptions.uuid}\n`));
    assert.match(facts, / compatible features: +sb_csum mtime *\n/);
    assert.match(facts, /created: +Sun Sep 13 12:26:40 2020/);
    assert.equal((await stat(image)).size, sizeBytes);
  });
});

test('dump.erofs names the kernel that the writer asks for', needsErofsUtils, async () => {
  const wanted = { plain: undefined, lz4: '5.13', zstd: '6.10' } as const;
  await inTemporaryDirectory(async (directory) => {
    for (const compression of compressions) {
      const image = join(directory, 'image');
      await writeImage(image, variedTree(), withCompression(compression));
      const facts = await runErofsUtils(image, 'dump.erofs', '-s');
      const version = /^Required upstream Linux kernel version: +(\S+)$/m.exec(facts)?.[1];
      assert.equal(version, wanted[compression?.algorithm ?? 'plain'], facts);
    }
  });
});

async function digestOf(content: ContentSource, compression: ErofsCompression | undefined): Promise<string> {
  const layout = planErofs(variedTree(), { ...testOptions, ...withCompression(compression) });
  const bytes = Buffer.alloc(layout.maxSizeBytes);
  const out: BlockWriter = { write: async (offset, part) => void bytes.set(part, offset) };
  const { sizeBytes } = await writeErofs(layout, content, out);
  return createHash('sha256').update(bytes.subarray(0, sizeBytes)).digest('hex');
}

/** The same content in pieces of other sizes. */
function inPiecesOf(sizeBytes: number): ContentSource {
  return {
    async *stream(files) {
      for await (const { inode, offset, bytes } of mixedContent.stream(files)) {
        for (let at = 0; at < bytes.length; at += sizeBytes) {
          yield { inode, offset: offset + at, bytes: bytes.subarray(at, at + sizeBytes) };
        }
      }
    },
  };
}

test('equal trees give equal bytes, however the content is cut', async () => {
  for (const compression of compressions) {
    const digest = await digestOf(mixedContent, compression);
    assert.equal(await digestOf(mixedContent, compression), digest);
    assert.equal(await digestOf(inPiecesOf(4097), compression), digest);
  }
});

test('without compression the bytes do not depend on the order of the content', async () => {
  const backwards: ContentSource = { stream: (files) => mixedContent.stream([...files].reverse()) };
  assert.equal(await digestOf(backwards, undefined), await digestOf(mixedContent, undefined));
});

test('what is in memory is bounded: tails of files get blocks of their own in the end', () => {
  const tree = emptyTree();
  for (let index = 0; index < 25_000; index++) {
    tree.set(`/${index}`, mixedFile(100_000_000 + 4000, index));
  }
  const { structureBytes, maxSizeBytes } = planErofs(tree, testOptions);
  assert.ok(structureBytes < 72 << 20, `${structureBytes} bytes`);
  assert.ok(maxSizeBytes > 25_000 * 100_000_000);
});

test('a content of another size than announced is refused', async () => {
  const tree = emptyTree();
  tree.set('/file', mixedFile(10_000, 1));
  const give = (sizeBytes: number): ContentSource => ({
    async *stream(files) {
      for (const inode of files) {
        yield { inode, offset: 0, bytes: new Uint8Array(sizeBytes) };
      }
    },
  });
  const nowhere: BlockWriter = { write: async () => undefined };
  for (const compression of compressions) {
    const layout = planErofs(tree, { ...testOptions, ...withCompression(compression) });
    for (const sizeBytes of [9999, 10_001]) {
      await assert.rejects(writeErofs(layout, give(sizeBytes), nowhere), { code: 'DISK_CONTENT_SIZE' });
    }
    await assert.rejects(writeErofs(layout, { async *stream() {} }, nowhere), { code: 'DISK_CONTENT_SIZE' });
  }
});

test('a kernel that cannot read the file system is refused', () => {
  const plan = (version: string, algorithm?: ErofsCompression['algorithm'], config?: string) => () =>
    planErofs(variedTree(), {
      ...testOptions,
      kernel: { version, ...(config === undefined ? {} : { config }) },
      ...withCompression(algorithm && { algorithm }),
    });
  const refused = { code: 'DISK_EROFS_KERNEL' };
  plan('6.6.134-1.azl3', 'lz4')();
  plan('6.10', 'zstd')();
  plan('5.4')();
  assert.throws(plan('5.3'), refused);
  assert.throws(plan('4.19.1'), refused);
  assert.throws(plan('5.12', 'lz4'), refused);
  assert.throws(plan('6.6.134-1.azl3', 'zstd'), { ...refused, message: /for Linux 6\.6\.134-1\.azl3: zstd .* 6\.10/ });
  const names = ['', '_ZIP', '_ZIP_ZSTD', '_XATTR', '_POSIX_ACL', '_SECURITY'].map((name) => `CONFIG_EROFS_FS${name}`);
  plan('6.12', 'zstd', names.map((name) => `${name}=y\n`).join(''))();
  for (const missing of names) {
    const config = names.map((name) => (name === missing ? `# ${name} is not set\n` : `${name}=m\n`)).join('');
    const algorithm = missing === 'CONFIG_EROFS_FS_ZIP' ? 'lz4' : 'zstd';
    assert.throws(plan('6.12', algorithm, config), { ...refused, message: new RegExp(`without ${missing} `) });
  }
});

test('options that EROFS cannot have are refused', () => {
  const plan = (options: Partial<ErofsOptions>) => () => planErofs(emptyTree(), { ...testOptions, ...options });
  const bad = { code: 'DISK_EROFS_BAD_OPTION' };
  assert.throws(plan({ uuid: 'none' }), bad);
  assert.throws(plan({ createdAt: -1 }), bad);
  assert.throws(plan({ label: 'x'.repeat(16) }), bad);
  assert.throws(plan({ kernel: { version: 'newest' } }), bad);
  assert.throws(plan({ compression: { algorithm: 'zstd', level: 23 } }), bad);
  assert.throws(plan({ compression: { algorithm: 'lz4', clusterBytes: 4096 } }), bad);
  assert.throws(plan({ compression: { algorithm: 'lz4', clusterBytes: 100_000 } }), bad);
});

test('what EROFS cannot hold is refused by name', () => {
  const plan = (change: (tree: FileTree) => void) => () => {
    const tree = emptyTree();
    change(tree);
    return planErofs(tree, testOptions);
  };
  const unrepresentable = { code: 'DISK_EROFS_UNREPRESENTABLE', message: /^Cannot store \/x: / };
  const withAttribute = (name: string, size: number) => (tree: FileTree) =>
    tree.set('/x', generatedFile('', { ...owned, xattrs: new Map([[name, Buffer.alloc(size)]]) }));
  const many = new Map(Array.from({ length: 5 }, (_, index) => [`user.${index}`, Buffer.alloc(60_000)]));
  plan(withAttribute('user.x', 65_535))();
  assert.throws(plan(withAttribute('user.x', 65_536)), unrepresentable);
  assert.throws(plan(withAttribute(`user.${'x'.repeat(256)}`, 1)), unrepresentable);
  assert.throws(plan(withAttribute('user.', 1)), unrepresentable);
  assert.throws(plan(withAttribute('strange.x', 1)), unrepresentable);
  assert.throws(
    plan((tree) => tree.set('/x', generatedFile('', { ...owned, xattrs: many }))),
    unrepresentable,
  );
  assert.throws(
    plan((tree) => tree.set('/x', generatedFile('', { ...owned, uid: 2 ** 32 }))),
    unrepresentable,
  );
  assert.throws(
    plan((tree) => tree.set('/x', generatedFile('', { ...owned, mode: 0o10000 }))),
    unrepresentable,
  );
  for (const target of ['', 'a\0b', 't'.repeat(4096)]) {
    assert.throws(
      plan((tree) => tree.set('/x', { type: 'symlink', target, ...owned })),
      unrepresentable,
    );
  }
  const device = { type: 'block-device', major: 4096, minor: 0, ...owned } as const;
  assert.throws(
    plan((tree) => tree.set('/x', device)),
    unrepresentable,
  );
  assert.throws(
    plan((tree) => tree.set('/x', mixedFile(2 ** 45, 1))),
    { code: 'DISK_EROFS_UNREPRESENTABLE' },
  );
});
