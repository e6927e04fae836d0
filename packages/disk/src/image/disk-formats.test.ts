import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runProgram } from '@slipway/core';
import fc from 'fast-check';
import type { BlockWriter } from '../block-writer.ts';
import { planGpt } from '../gpt/gpt-layout.ts';
import { deriveGuid } from '../gpt/guid.ts';
import { type DiskOutput, diskFormats } from './disk-format.ts';
import { inTemporaryDirectory, unlessInstalled } from './judges.test-support.ts';
import { convertRawDisk, writeDiskImage } from './write-disk-image.ts';

const mib = 1 << 20;
const identity = { uuid: deriveGuid('test', 'vhd'), time: 1_790_000_000 };
const guids = {
  fileWriteGuid: deriveGuid('test', 'file'),
  dataWriteGuid: deriveGuid('test', 'data'),
  diskGuid: deriveGuid('test', 'disk'),
};

/** Every format that qemu-img reads, with its name there. */
function outputsIn(directory: string): { readonly output: DiskOutput; readonly driver: string }[] {
  return [
    { output: { format: 'qcow2', path: join(directory, 'plain.qcow2') }, driver: 'qcow2' },
    { output: { format: 'qcow2', compression: 'zlib', path: join(directory, 'zlib.qcow2') }, driver: 'qcow2' },
    { output: { format: 'qcow2', compression: 'zstd', path: join(directory, 'zstd.qcow2') }, driver: 'qcow2' },
    { output: { format: 'vhd', path: join(directory, 'fixed.vhd'), identity }, driver: 'vpc' },
    { output: { format: 'vhd-dynamic', path: join(directory, 'dynamic.vhd'), identity }, driver: 'vpc' },
    { output: { format: 'vhdx', path: join(directory, 'disk.vhdx'), identity: guids }, driver: 'vhdx' },
  ];
}

interface Extent {
  readonly offset: number;
  readonly length: number;
  readonly fill: 'text' | 'noise' | 'zeros';
}

function contentOf({ length, fill }: Extent, index: number): Buffer {
  if (fill === 'zeros') {
    return Buffer.alloc(length);
  }
  return fill === 'text'
    ? Buffer.alloc(length, `some text ${index} `)
    : createHash('shake256', { outputLength: length }).update(`noise ${index}`).digest();
}

async function writeRawDisk(path: string, sizeBytes: number, extents: readonly Extent[]): Promise<void> {
  const file = await open(path, 'w');
  await file.truncate(sizeBytes);
  for (const [index, extent] of extents.entries()) {
    const room = sizeBytes - extent.offset;
    if (room > 0) {
      await file.write(contentOf(extent, index).subarray(0, room), 0, Math.min(room, extent.length), extent.offset);
    }
  }
  await file.close();
}

const anExtent: fc.Arbitrary<Extent> = fc.record({
  offset: fc.nat({ max: 90 * mib }),
  length: fc.integer({ min: 1, max: 400_000 }),
  fill: fc.constantFrom('text', 'noise', 'zeros'),
});

async function qemuImg(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await runProgram('qemu-img', args);
  assert.equal(status, 0, `qemu-img ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout.toString();
}

async function sha256OfFile(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

describe('the formats of a disk', { skip: unlessInstalled('qemu-img') }, () => {
  test('hold for qemu-img exactly the raw disk, whatever data it has', async () => {
    const disks = fc.record({
      sizeMib: fc.integer({ min: 20, max: 90 }),
      extents: fc.array(anExtent, { maxLength: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(disks, ({ sizeMib, extents }) =>
        inTemporaryDirectory(async (directory) => {
          const raw = join(directory, 'disk.raw');
          await writeRawDisk(raw, sizeMib * mib, extents);
          const outputs = outputsIn(directory);
          const files = await convertRawDisk(
            raw,
            outputs.map(({ output }) => output),
          );
          for (const [index, { output, driver }] of outputs.entries()) {
            assert.equal(files[index]?.sha256, await sha256OfFile(output.path), output.path);
            await qemuImg('compare', '-f', 'raw', '-F', driver, raw, output.path);
            const info = JSON.parse(await qemuImg('info', '--output=json', '-f', driver, output.path));
            assert.equal(info['virtual-size'], sizeMib * mib);
            if (driver !== 'vpc') {
              assert.match(await qemuImg('check', '-f', driver, output.path), /^No errors were found/);
            }
          }
        }),
      ),
      { numRuns: 6 },
    );
  });

  test('have the same bytes each time, in any order, and nothing else is left in the directory', async () => {
    await inTemporaryDirectory(async (directory) => {
      const raw = join(directory, 'disk.raw');
      await writeRawDisk(raw, 64 * mib, [
        { offset: 5 * mib + 100, length: 3 * mib, fill: 'text' },
        { offset: 40 * mib, length: mib, fill: 'noise' },
      ]);
      const outputs = outputsIn(directory).map(({ output }) => output);
      const first = await convertRawDisk(raw, outputs);
      for (const output of outputs) {
        await rename(output.path, `${output.path}.first`);
      }
      const second = await convertRawDisk(raw, outputs.toReversed());
      assert.deepEqual(
        second.toReversed().map(({ sha256 }) => sha256),
        first.map(({ sha256 }) => sha256),
      );
      assert.equal((await readdir(directory)).length, 1 + 2 * outputs.length);
      for (const { path, allocatedBytes, format } of first) {
        assert.ok(allocatedBytes < 6 * mib, `${path} takes ${allocatedBytes} bytes`);
        assert.ok(path.endsWith(diskFormats[format].suffix.replace('.dynamic', '')));
      }
    });
  });

  test('are large disks with little data in small files', async () => {
    await inTemporaryDirectory(async (directory) => {
      // Beyond what one L2 table (512 MiB) and one chunk of a VHDX (4 GiB) map.
      const end = Buffer.alloc(70_000, 'the end of a large partition');
      const partition = {
        type: 'linux-generic',
        guid: guids.diskGuid,
        name: 'large',
        sizeBytes: 9 * 1024 ** 3,
      } as const;
      const gpt = planGpt({ diskGuid: identity.uuid, partitions: [partition] });
      const write = (out: BlockWriter) => out.write(partition.sizeBytes - end.length, end);
      const [plain, ...others] = outputsIn(directory).filter(({ output }) => output.format !== 'vhd');
      assert.ok(plain !== undefined);
      const outputs = [plain.output, ...others.map(({ output }) => output)];
      const files = await writeDiskImage({ gpt, partitions: [{ write }], outputs });
      for (const { output, driver } of others) {
        await qemuImg('compare', '-f', 'qcow2', '-F', driver, plain.output.path, output.path);
      }
      const raw = join(directory, 'disk.raw');
      await qemuImg('convert', '-f', 'qcow2', '-O', 'raw', plain.output.path, raw);
      const offset = 2 ** 20 + partition.sizeBytes - end.length;
      const read = await runProgram('dd', [
        `if=${raw}`,
        'iflag=skip_bytes,count_bytes',
        `skip=${offset}`,
        'count=70000',
      ]);
      assert.ok(read.stdout.equals(end));
      assert.ok(files.every(({ allocatedBytes }) => allocatedBytes < mib));
      assert.equal((await readdir(directory)).length, outputs.length + 1);
    });
  });
});

test('libvhdi reads dynamic VHD and VHDX as disks of the size', { skip: unlessInstalled('vhdiinfo') }, async () => {
  await inTemporaryDirectory(async (directory) => {
    const raw = join(directory, 'disk.raw');
    await writeRawDisk(raw, 33 * mib, [{ offset: 5 * mib, length: 100, fill: 'text' }]);
    for (const { output } of outputsIn(directory).filter(({ output }) => output.format.startsWith('vhd'))) {
      await convertRawDisk(raw, [output]);
      const { status, stdout, stderr } = await runProgram('vhdiinfo', [output.path]);
      assert.equal(status, 0, stderr);
      assert.match(stdout.toString(), new RegExp(`\\(${33 * mib} bytes\\)`));
      assert.match(stdout.toString(), output.format === 'vhd' ? /Disk type\s*: Fixed/ : /Disk type\s*: Dynamic/);
    }
  });
});

test('a size that a format cannot hold is refused before anything is written', async () => {
  await inTemporaryDirectory(async (directory) => {
    const raw = join(directory, 'disk.raw');
    await writeRawDisk(raw, 20 * mib + 100, []);
    for (const { output } of outputsIn(directory)) {
      const code = output.format.startsWith('vhd') && output.format !== 'vhdx' ? 'DISK_VHD_SIZE' : 'DISK_FORMAT_SIZE';
      await assert.rejects(convertRawDisk(raw, [output]), { code }, output.format);
    }
    assert.deepEqual(await readdir(directory), ['disk.raw']);
  });
});
