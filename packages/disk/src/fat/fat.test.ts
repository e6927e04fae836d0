import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { runProgram } from '@slipway/core';
import { FileTree, generatedContent, generatedFile, rootOwned } from '@slipway/tree';
import fc from 'fast-check';
import { type BlockWriter, writeBlockFile } from '../block-writer.ts';
import { inTemporaryDirectory, unlessInstalled } from '../image/judges.test-support.ts';
import { fatFilesOf } from './fat-files.ts';
import { type FatFile, type FatLayout, type FatOptions, planFat } from './plan-fat.ts';
import { writeFat } from './write-fat.ts';

const judges = { skip: unlessInstalled('fsck.vfat', 'mcopy', 'mdir') };
const options: FatOptions = {
  size: { kind: 'minimal', freeBytes: 0 },
  volumeId: 0x5a6b0f1e,
  createdAt: 1_700_000_000,
  label: 'ESP',
};

function file(path: string, sizeBytes: number, fill = path): FatFile {
  const pieceBytes = 300_000;
  return {
    path,
    sizeBytes,
    *content() {
      for (let done = 0; done < sizeBytes; done += pieceBytes) {
        yield Buffer.alloc(Math.min(pieceBytes, sizeBytes - done), fill);
      }
    },
  };
}

async function writeVolume(
  path: string,
  files: readonly FatFile[],
  changes: Partial<FatOptions> = {},
): Promise<FatLayout> {
  const layout = planFat(files, { ...options, ...changes });
  await writeBlockFile(path, layout.sizeBytes, (out) => writeFat(layout, out));
  const { status, stdout, stderr } = await runProgram('fsck.vfat', ['-n', '-v', path]);
  assert.equal(status, 0, `${stdout}${stderr}`);
  assert.doesNotMatch(stdout.toString(), /differ|dirty|wrong|bad|error|auto/i);
  return layout;
}

/** Has mtools copy everything out, and compares it. */
async function compareFiles(image: string, files: readonly FatFile[], directory: string): Promise<void> {
  const copy = join(directory, 'copy');
  await mkdir(copy);
  const env = { ...process.env, MTOOLS_SKIP_CHECK: '1', LC_ALL: 'C.UTF-8' } as Record<string, string>;
  const { status, stderr } = await runProgram('mcopy', ['-s', '-n', '-m', '-i', image, '::/', copy], { env });
  assert.equal(status, 0, stderr);
  const found = await readdir(copy, { recursive: true, withFileTypes: true });
  const paths = found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(copy.length));
  assert.deepEqual(paths.sort(), files.map(({ path }) => path).sort());
  for (const { path, content } of files) {
    const expected = Buffer.concat([...(content() as Iterable<Uint8Array>)]);
    assert.equal(Buffer.compare(await readFile(join(copy, path)), expected), 0, path);
  }
}

const espFiles = [
  file('/EFI/BOOT/BOOTX64.EFI', 120_001),
  file('/EFI/Linux/slipway-6.18.2-1.x86_64+3-0.efi', 9_000_000),
  file('/EFI/systemd/systemd-bootx64.efi', 120_001),
  file('/loader/loader.conf', 40),
  file('/loader/entries.srel', 6),
  file('/loader/empty', 0),
];

test('an EFI system partition is FAT32 of 64 MiB, and reads back', judges, async () => {
  await inTemporaryDirectory(async (directory) => {
    const image = join(directory, 'esp');
    const layout = await writeVolume(image, espFiles, { directories: ['/loader/keys', '/EFI'] });
    assert.deepEqual([layout.type, layout.sizeBytes], ['fat32', 64 << 20]);
    await compareFiles(image, espFiles, directory);
    const listing = (await runProgram('mdir', ['-/', '-i', image, '::'])).stdout.toString();
    assert.match(listing, /Volume in drive : is ESP/);
    assert.match(listing, /Volume Serial Number is 5A6B-0F1E/);
    assert.match(listing, /slipwa~1 efi +9000000 2023-11-14 +22:13 +slipway-6\.18\.2-1\.x86_64\+3-0\.efi/i);
    assert.match(listing, /^keys +<DIR>/im);
    assert.ok((await stat(image)).blocks * 512 < 12 << 20, 'the file is sparse');
  });
});

test('a file lies at the offset of the layout, in one piece', async () => {
  const layout = planFat(espFiles, options);
  const bytes = Buffer.alloc(layout.sizeBytes);
  await writeFat(layout, { write: async (offset, part) => void bytes.set(part, offset) });
  for (const { path, content } of espFiles) {
    const { offset, sizeBytes } = layout.files.get(path) as { offset: number; sizeBytes: number };
    const expected = Buffer.concat([...(content() as Iterable<Uint8Array>)]);
    assert.equal(Buffer.compare(bytes.subarray(offset, offset + sizeBytes), expected), 0, path);
  }
});

test('files begin at the multiples that are asked for, and fsck.vfat counts the gaps as free', judges, async () => {
  for (const fileAlignmentBytes of [1024, 2048, 4096]) {
    await inTemporaryDirectory(async (directory) => {
      const image = join(directory, 'esp');
      const layout = await writeVolume(image, espFiles, { fileAlignmentBytes });
      assert.equal(layout.plan.geometry.sectorsPerCluster, 1);
      for (const { offset, sizeBytes } of layout.files.values()) {
        assert.ok(sizeBytes === 0 || offset % fileAlignmentBytes === 0);
      }
      await compareFiles(image, espFiles, directory);
    });
  }
  assert.throws(() => planFat(espFiles, { ...options, fileAlignmentBytes: 8192 }), { code: 'DISK_FAT_BAD_OPTION' });
});

const names = fc.oneof(
  fc.stringMatching(/^[A-Z0-9]{1,8}(\.[A-Z0-9]{1,3})?$/),
  fc.stringMatching(/^[a-z0-9]{1,12}(\.[a-z]{1,5})?$/),
  fc.stringMatching(/^[a-zA-Z0-9 +,;=[\]._-]{1,200}[a-z]$/),
  fc.string({ unit: fc.constantFrom('é', '漢', 'ß', 'x'), minLength: 1, maxLength: 100 }).map((name) => `${name}y`),
);

test('generated volumes come back as they went in', judges, async () => {
  const steps = fc.array(
    fc.record({
      directory: fc.nat(),
      name: names,
      isDirectory: fc.boolean(),
      sizeBytes: fc.oneof(fc.nat(600), fc.nat(400_000)),
    }),
    { maxLength: 60 },
  );
  const shape = fc.constantFrom<Partial<FatOptions>>(
    {},
    { size: { kind: 'minimal', freeBytes: 300 << 20 } },
    { type: 'fat16' },
    { type: 'fat16', size: { kind: 'exact', sizeBytes: 200 << 20 } },
    { size: { kind: 'exact', sizeBytes: (70 << 20) + 12_800 } },
  );
  await fc.assert(
    fc.asyncProperty(steps, shape, async (entries, changes) => {
      const directories = [''];
      const files: FatFile[] = [];
      const seen = new Set<string>();
      for (const { directory, name, isDirectory, sizeBytes } of entries) {
        const path = `${directories[directory % directories.length]}/${name.trimStart().replace(/^\.+/, 'd')}`;
        if (seen.has(path.toUpperCase()) || path.length > 200) {
          continue;
        }
        seen.add(path.toUpperCase());
        if (isDirectory) {
          directories.push(path);
        } else {
          files.push(file(path, sizeBytes));
        }
      }
      await inTemporaryDirectory(async (directory) => {
        const image = join(directory, 'volume');
        await writeVolume(image, files, { ...changes, directories: directories.slice(1) });
        await compareFiles(image, files, directory);
      });
    }),
    { numRuns: 25 },
  );
});

test('a directory of many long names keeps every one', judges, async () => {
  await inTemporaryDirectory(async (directory) => {
    const files = Array.from({ length: 1500 }, (_, index) =>
      file(`/modules/kernel-module-with-a-long-name-${index}.ko`, index),
    );
    await writeVolume(join(directory, 'volume'), files);
    await compareFiles(join(directory, 'volume'), files, directory);
  });
});

test('equal files give equal bytes', async () => {
  const write = async () => {
    const hash = createHash('sha256');
    const out: BlockWriter = { write: async (offset, bytes) => void hash.update(`${offset}:`).update(bytes) };
    await writeFat(planFat(espFiles, options), out);
    return hash.digest('hex');
  };
  assert.equal(await write(), await write());
});

test('a tree becomes a volume', judges, async () => {
  await inTemporaryDirectory(async (directory) => {
    const owned = rootOwned(0o755, 0);
    const tree = new FileTree({ type: 'directory', ...owned });
    tree.set('/loader', { type: 'directory', ...owned });
    tree.set('/loader/loader.conf', generatedFile('timeout 3\n', owned));
    const { files, directories } = fatFilesOf(tree, generatedContent);
    await writeVolume(join(directory, 'volume'), files, { directories, createdAt: 0 });
    const text = await runProgram('mtype', ['-i', join(directory, 'volume'), '::/loader/loader.conf']);
    assert.equal(text.stdout.toString(), 'timeout 3\n');
    tree.set('/link', { type: 'symlink', target: 'loader', ...owned });
    assert.throws(() => fatFilesOf(tree, generatedContent), { code: 'DISK_FAT_UNREPRESENTABLE' });
  });
});

test('what FAT cannot hold is refused by name', () => {
  const unrepresentable = { code: 'DISK_FAT_UNREPRESENTABLE' };
  for (const path of [
    '/a:b',
    '/trailing.',
    '/trailing ',
    '/a\u0001',
    '/\ud800',
    `/${'x'.repeat(256)}`,
    'relative',
    '/a/../b',
  ]) {
    assert.throws(() => planFat([file(path, 1)], options), unrepresentable, path);
  }
  assert.throws(() => planFat([file('/a', 1), file('/A', 1)], options), unrepresentable);
  assert.throws(() => planFat([file('/a', 1), file('/a/b', 1)], options), unrepresentable);
  assert.throws(() => planFat([file('/a', 2 ** 32)], options), unrepresentable);
  const exact = (sizeBytes: number, type: FatOptions['type'] = 'fat32') => ({
    ...options,
    type,
    size: { kind: 'exact', sizeBytes } as const,
  });
  assert.throws(() => planFat([], exact(8 << 20)), { code: 'DISK_FAT_BAD_OPTION' });
  assert.throws(() => planFat([], exact(3 * 2 ** 30, 'fat16')), { code: 'DISK_FAT_BAD_OPTION' });
  assert.throws(() => planFat([], { ...options, label: 'lower' }), { code: 'DISK_FAT_BAD_OPTION' });
  assert.throws(() => planFat([], { ...options, volumeId: -1 }), { code: 'DISK_FAT_BAD_OPTION' });
  assert.throws(() => planFat([file('/a', 65 << 20)], exact(64 << 20)), { code: 'DISK_FAT_TOO_SMALL' });
});

test('content of another size than announced is refused', async () => {
  const out: BlockWriter = { write: async () => {} };
  for (const sizeBytes of [99, 101]) {
    const wrong = { ...file('/a', 100), content: () => [Buffer.alloc(sizeBytes)] };
    await assert.rejects(writeFat(planFat([wrong], options), out), { code: 'DISK_CONTENT_SIZE' });
  }
});
