import assert from 'node:assert/strict';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runProgram } from '@slipway/core';
import fc from 'fast-check';
import { deriveGuid } from '../gpt/guid.ts';
import { inTemporaryDirectory, unlessInstalled } from '../image/judges.test-support.ts';
import { vhdFooter } from './vhd-footer.ts';

const mib = 1 << 20;
const identity = { uuid: deriveGuid('test', 'vhd'), time: 1_790_000_000 };

describe('a VHD footer', () => {
  test('has the size twice, a checksum that adds up, and a geometry that does not exceed the size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 64 * 1024 * 1024 }), (sizeMib) => {
        const footer = vhdFooter(sizeMib * mib, identity);
        assert.equal(footer.length, 512);
        assert.equal(footer.readBigUInt64BE(40), BigInt(sizeMib * mib));
        assert.equal(footer.readBigUInt64BE(48), BigInt(sizeMib * mib));
        const sum = footer.reduce((total, byte, at) => (at >= 64 && at < 68 ? total : total + byte), 0);
        assert.equal(footer.readUInt32BE(64), ~sum >>> 0);
        const sectors = footer.readUInt16BE(56) * footer.readUInt8(58) * footer.readUInt8(59);
        assert.ok(sectors > 0 && sectors <= sizeMib * 2048);
      }),
    );
  });

  test('counts time from 2000 on and cannot say earlier times', () => {
    assert.equal(vhdFooter(20 * mib, { ...identity, time: 946_684_800 + 5 }).readUInt32BE(24), 5);
    assert.equal(vhdFooter(20 * mib, { ...identity, time: 0 }).readUInt32BE(24), 0);
  });

  test('is refused for sizes that Azure refuses', () => {
    for (const sizeBytes of [0, 19 * mib, 20 * mib + 512, 20.5 * mib, Number.NaN, 65 * 1024 ** 4]) {
      assert.throws(() => vhdFooter(sizeBytes, identity), { code: 'DISK_VHD_SIZE' });
    }
  });

  test('gives qemu-img a disk of exactly the size', { skip: unlessInstalled('qemu-img') }, async () => {
    for (const sizeMib of [20, 61, 503, 505, 1009, 30_720, 127_000, 130_000, 1_000_000]) {
      await inTemporaryDirectory(async (directory) => {
        const path = join(directory, 'disk.vhd');
        await writeEmptyVhd(path, sizeMib * mib);
        const info = await runProgram('qemu-img', ['info', '-f', 'vpc', '--output=json', path]);
        assert.equal(info.status, 0, info.stderr);
        assert.equal(JSON.parse(info.stdout.toString())['virtual-size'], sizeMib * mib);
        // vpc has no check of its own (status 63): the footer's checksum is verified when it is opened.
        assert.equal(info.stderr, '');
      });
    }
  });
});

async function writeEmptyVhd(path: string, sizeBytes: number): Promise<void> {
  const file = await open(path, 'w');
  await file.truncate(sizeBytes);
  await file.write(vhdFooter(sizeBytes, identity), 0, 512, sizeBytes);
  await file.close();
}
