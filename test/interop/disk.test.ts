import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type DiskPartition, diskPartitions, expectOutput } from '../support/disk-partitions.ts';
import { imagePackages } from '../support/image-packages.ts';
import { judge, judgesMissing, openJudgeRoom } from '../support/judge-tree.ts';
import { ensureOutputs, mainJobSeconds, noOutputs, outputs } from '../support/main-job.ts';
import { missingPrograms, visibleSkip } from '../support/visible-skip.ts';

const programs = [
  'sgdisk',
  'sfdisk',
  'e2fsck',
  'debugfs',
  'fsck.vfat',
  'mcopy',
  'mdir',
  'qemu-img',
  'objdump',
  'blkid',
];
const skip = visibleSkip(missingPrograms(...programs) || noOutputs());

describe('the disk of the server image', { skip, timeout: (mainJobSeconds + 300) * 1000 }, () => {
  let scratch: string;
  let esp: DiskPartition;
  let root: DiskPartition;

  before(async () => {
    await ensureOutputs();
    scratch = await mkdtemp(join(tmpdir(), 'slipway-disk-'));
    const [first, second, ...others] = diskPartitions(outputs.rawDisk);
    assert.ok(first !== undefined && second !== undefined && others.length === 0);
    [esp, root] = [first, second];
  });

  after(() => rm(scratch, { recursive: true, force: true }));

  /** debugfs on the root file system inside the disk. */
  function debugfs(command: string): string {
    return expectOutput('debugfs', ['-R', command, `${outputs.rawDisk}?offset=${root.offset}`]);
  }

  test('sgdisk has no complaint, and the types are those of the UAPI group', () => {
    assert.match(expectOutput('sgdisk', ['-v', outputs.rawDisk]), /^No problems found\./m);
    assert.equal(esp.type, 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B');
    assert.equal(root.type, '4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709');
    assert.ok(esp.offset % 2 ** 20 === 0 && root.offset % 2 ** 20 === 0);
  });

  test('e2fsck finds nothing in the root file system', () => {
    expectOutput('e2fsck', ['-f', '-n', `${outputs.rawDisk}?offset=${root.offset}`]);
  });

  test('fsck.vfat finds nothing in the EFI system partition', () => {
    const path = join(scratch, 'esp.img');
    const copy = [`if=${outputs.rawDisk}`, `of=${path}`, 'bs=1M', 'iflag=skip_bytes,count_bytes', 'conv=sparse'];
    expectOutput('dd', [...copy, `skip=${esp.offset}`, `count=${esp.sizeBytes}`, 'status=none']);
    expectOutput('fsck.vfat', ['-n', path]);
  });

  test('the boot program names the root partition of this disk and holds kernel and initrd', async () => {
    const partition = `${outputs.rawDisk}@@${esp.offset}`;
    const name = expectOutput('mdir', ['-i', partition, '-b', '::EFI/Linux']).trim();
    const path = join(scratch, 'kernel.efi');
    const command = join(scratch, 'cmdline');
    expectOutput('mcopy', ['-i', partition, name, path]);
    expectOutput('objcopy', ['-O', 'binary', '--only-section=.cmdline', path, command]);
    const sections = expectOutput('objdump', ['-h', path]);

    assert.ok((await readFile(command, 'utf8')).includes(`root=PARTUUID=${root.uuid.toLowerCase()} `));
    for (const section of ['.osrel', '.cmdline', '.uname', '.linux', '.initrd']) {
      assert.ok(sections.includes(` ${section} `), sections);
    }
  });

  test('no secret and no identity of a machine is in the image', () => {
    assert.equal(debugfs('cat /etc/machine-id'), '');
    assert.doesNotMatch(debugfs('ls -p /etc/ssh'), /ssh_host_/);
    assert.doesNotMatch(debugfs('ls -p /var/lib/systemd'), /random-seed|credential\.secret/);
    assert.doesNotMatch(debugfs('ls -p /var/lib/dbus'), /machine-id/);
    assert.doesNotMatch(debugfs('cat /etc/shadow'), /^[^:]+:\$/m);
  });

  test('qemu-img reads the VHD as the same disk', async () => {
    const { size } = await stat(outputs.rawDisk);
    const info = JSON.parse(expectOutput('qemu-img', ['info', '--output=json', '-f', 'vpc', outputs.vhd]));
    assert.deepEqual([info.format, info['virtual-size']], ['vpc', size]);
    expectOutput('qemu-img', ['compare', '-f', 'raw', '-F', 'vpc', outputs.rawDisk, outputs.vhd]);
    assert.equal((await stat(outputs.vhd)).size, size + 512);
    assert.equal(size % 2 ** 20, 0, 'Azure takes whole MiB only');
  });

  test('qemu-img reads the qcow2 as the same disk, and finds no error in it', async () => {
    expectOutput('qemu-img', ['compare', '-f', 'raw', '-F', 'qcow2', outputs.rawDisk, outputs.qcow2]);
    assert.match(expectOutput('qemu-img', ['check', '-f', 'qcow2', outputs.qcow2]), /^No errors were found/);
    assert.ok((await stat(outputs.qcow2)).size < 300e6, 'the server is 300 MB at most');
  });

  test('rpm reads the database in the image, and every requirement is met', { skip: judgesMissing() }, async () => {
    const room = openJudgeRoom('rpmdb');
    try {
      debugfs(`dump /var/lib/rpm/rpmdb.sqlite ${join(room.outside, 'rpmdb.sqlite')}`);
      const rpm = (...args: string[]) => judge('rpm', ['--dbpath', room.inside, ...args]);
      const installed = rpm('-qa', '--qf', '%{nevra}\n').stdout.trim().split('\n');
      assert.deepEqual(installed.sort(), await imagePackages('server'));
      const verified = rpm('-Va', '--nofiles');
      assert.deepEqual([verified.status, verified.stdout, verified.stderr], [0, '', '']);
      assert.equal(judge('rpmdb', ['--dbpath', room.inside, '--verifydb']).status, 0);
    } finally {
      room.close();
    }
  });
});
