import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runProgram } from '@slipway/core';
import { type GptPartitionRequest, planGpt } from '../gpt/gpt-layout.ts';
import { deriveGuid } from '../gpt/guid.ts';
import { inTemporaryDirectory, unlessInstalled } from './judges.test-support.ts';
import { convertRawDisk, writeDiskImage } from './write-disk-image.ts';

const mib = 1 << 20;
const seed = 'test image';

function partition(name: string, sizeBytes: number): GptPartitionRequest {
  return { type: 'linux-generic', guid: deriveGuid(seed, name), name, sizeBytes };
}

function gptOf(...partitions: GptPartitionRequest[]) {
  return planGpt({ diskGuid: deriveGuid(seed, 'disk'), partitions });
}

const identity = { uuid: deriveGuid(seed, 'vhd'), time: 1_790_000_000 };

/** Data at both ends of a partition and a large hole between them. */
function ends(sizeBytes: number, fill: number) {
  return {
    async write(out: { write(offset: number, bytes: Uint8Array): Promise<void> }) {
      await out.write(0, Buffer.alloc(100_000, fill));
      await out.write(sizeBytes - 5000, Buffer.alloc(5000, fill));
    },
  };
}

async function sha256OfFile(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

describe('a disk image', () => {
  test('is the same bytes each time, sparse, and has the digests that were reported', async () => {
    await inTemporaryDirectory(async (directory) => {
      const request = {
        gpt: gptOf(partition('a', 10 * mib), partition('b', 50 * mib)),
        partitions: [ends(10 * mib, 7), ends(50 * mib, 9)],
      };
      const paths = {
        raw: join(directory, 'one.raw'),
        vhd: join(directory, 'one.vhd'),
        copy: join(directory, 'c.vhd'),
      };
      const [raw, vhd] = await writeDiskImage({
        ...request,
        outputs: [
          { format: 'raw', path: paths.raw },
          { format: 'vhd', path: paths.vhd, identity },
        ],
      });
      const [second] = await writeDiskImage({
        ...request,
        outputs: [{ format: 'raw', path: join(directory, 'two.raw') }],
      });
      assert.ok(raw !== undefined && vhd !== undefined);
      assert.equal(raw.sha256, second?.sha256);
      assert.equal(raw.sha256, await sha256OfFile(paths.raw));
      assert.equal(vhd.sha256, await sha256OfFile(paths.vhd));
      assert.deepEqual([raw.sizeBytes, vhd.sizeBytes], [62 * mib, 62 * mib + 512]);
      assert.ok(raw.allocatedBytes < mib, `${raw.allocatedBytes} bytes allocated`);
      assert.ok(vhd.allocatedBytes < mib);
      assert.equal((await stat(paths.raw)).blocks * 512, raw.allocatedBytes);
      const [copy] = await convertRawDisk(paths.raw, [{ format: 'vhd', path: paths.copy, identity }]);
      assert.equal(copy?.sha256, vhd.sha256);
      assert.equal(copy?.sha256, await sha256OfFile(paths.copy));
      assert.ok(copy.allocatedBytes < mib);
    });
  });

  test('leaves nothing behind when a partition fails, and keeps the earlier file', async () => {
    await inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'disk.raw');
      await writeFile(path, 'earlier');
      const outside = {
        write: (out: { write(o: number, b: Uint8Array): Promise<void> }) => out.write(mib, Buffer.alloc(1)),
      };
      const gpt = gptOf(partition('a', mib));
      const outputs = [
        { format: 'raw', path },
        { format: 'qcow2', path: join(directory, 'disk.qcow2') },
      ] as const;
      await assert.rejects(writeDiskImage({ gpt, partitions: [outside], outputs }), { code: 'CORE_BUG' });
      assert.deepEqual(await readdir(directory), ['disk.raw']);
      assert.equal(await readFile(path, 'utf8'), 'earlier');
    });
  });

  test('is refused as a VHD when Azure would not take its size', async () => {
    await inTemporaryDirectory(async (directory) => {
      const request = {
        gpt: gptOf(partition('a', mib)),
        partitions: [ends(mib, 1)],
        outputs: [{ format: 'vhd', path: join(directory, 'd.vhd'), identity }] as const,
      };
      await assert.rejects(writeDiskImage(request), { code: 'DISK_VHD_SIZE' });
      assert.deepEqual(await readdir(directory), []);
    });
  });

  test('has a table that sgdisk and sfdisk accept', { skip: unlessInstalled('sgdisk', 'sfdisk') }, async () => {
    await inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'd.raw');
      const esp = { ...partition('ESP', 33 * mib + 1), type: 'esp' } as const;
      const root: GptPartitionRequest = {
        ...partition('root-λ', 64 * mib),
        type: 'root-x86-64',
        attributes: ['grow-file-system', 'read-only'],
      };
      const gpt = gptOf(esp, root);
      await writeDiskImage({
        gpt,
        partitions: [ends(34 * mib, 1), ends(64 * mib, 2)],
        outputs: [{ format: 'raw', path }],
      });
      const verified = await runProgram('sgdisk', ['-v', path]);
      assert.match(verified.stdout.toString(), /No problems found/);
      const sfdisk = await runProgram('sfdisk', ['--verify', path]);
      assert.equal(sfdisk.status, 0, sfdisk.stdout + sfdisk.stderr);
      const dump = (await runProgram('sfdisk', ['--json', path])).stdout.toString();
      const table = JSON.parse(dump).partitiontable;
      assert.equal(table.id, gpt.diskGuid.toUpperCase());
      assert.equal(table.lastlba, gpt.sizeBytes / 512 - 34);
      assert.deepEqual(
        table.partitions.map(({ start, size, type, uuid, name, attrs }: Record<string, unknown>) => ({
          start,
          size,
          type,
          uuid,
          name,
          attrs,
        })),
        [
          {
            start: 2048,
            size: 69632,
            type: gpt.partitions[0]?.type.toUpperCase(),
            uuid: esp.guid.toUpperCase(),
            name: 'ESP',
            attrs: undefined,
          },
          {
            start: 71680,
            size: 131072,
            type: gpt.partitions[1]?.type.toUpperCase(),
            uuid: root.guid.toUpperCase(),
            name: 'root-λ',
            attrs: 'GUID:59,60',
          },
        ],
      );
    });
  });
});
