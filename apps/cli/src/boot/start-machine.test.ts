import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findEmulator } from './find-emulator.ts';
import { type Firmware, findFirmware } from './find-firmware.ts';
import { canStart, emulatedProcessor, probeProcessor } from './probe-processor.ts';
import { qemuArguments } from './qemu-arguments.ts';
import { startMachine } from './start-machine.ts';

const emulator = await findEmulator(process.env.PATH ?? '').catch(() => undefined);
const firmware = await findFirmware().catch(() => undefined);
const noEmulator = emulator === undefined && 'qemu-system-x86_64 is not installed';
const noMachine = noEmulator || (firmware === undefined && 'OVMF is not installed');

async function inDirectory(body: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-machine-'));
  try {
    await body(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

test('says what to install when qemu or its firmware is missing', async () => {
  await assert.rejects(findEmulator('/nonexistent', []), { code: 'CLI_NO_QEMU', exitStatus: 3 });
  await assert.rejects(findFirmware([{ code: '/nonexistent/c', variables: '/nonexistent/v' }]), {
    code: 'CLI_NO_FIRMWARE',
    exitStatus: 3,
  });
});

test('the probe sees the firmware start, and that another program is none', { skip: noMachine }, async () => {
  assert.equal(await canStart(emulator as string, emulatedProcessor, firmware as Firmware), true);
  assert.equal(await canStart('/bin/false', emulatedProcessor, firmware as Firmware), false);
  assert.deepEqual(await probeProcessor('/bin/false', firmware as Firmware), emulatedProcessor);
});

test('a comma in a path does not end the option', () => {
  const args = qemuArguments({
    processor: emulatedProcessor,
    cpus: 1,
    memoryMiB: 64,
    firmware: { code: '/c', variables: '/v' },
    disk: { path: '/a,b.raw', format: 'raw' },
    seed: '/s',
    sshPort: 2222,
    console: { file: '/x,y' },
  });

  assert.ok(args.some((arg) => arg.includes('snapshot=on') && arg.endsWith('file=/a,,b.raw')));
  assert.ok(args.some((arg) => arg.endsWith('path=/x,,y')));
  assert.ok(args.some((arg) => arg.includes('hostfwd=tcp:127.0.0.1:2222-:22')));
});

test('a machine with an empty disk starts and is stopped, and its files are gone', { skip: noMachine }, async () => {
  await inDirectory(async (directory) => {
    const disk = join(directory, 'disk.raw');
    await writeFile(disk, Buffer.alloc(1 << 20));
    const machine = await startMachine({
      diskPath: disk,
      memoryMiB: 64,
      cpus: 1,
      seed: { userData: '#cloud-config\n', metaData: '{}' },
      console: join(directory, 'logs/console.log'),
    });
    const end = await machine.stop();
    assert.equal(end.errors.replace(/.*terminating on signal 15.*\n/, ''), '');
  });
});

test('a missing disk is named', async () => {
  const seed = { userData: '', metaData: '' };
  await assert.rejects(startMachine({ diskPath: '/nonexistent/disk', seed, console: 'stdio' }), {
    code: 'CORE_FILE_ACCESS',
  });
});
