import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Judge, noJudge } from '../testing/judge.ts';
import { sampleFileContents, samplePackage } from '../testing/sample-package.ts';
import { writePackage } from './write-package.ts';

const skip = noJudge;
let judge: Judge;

before(async () => {
  if (skip !== false) {
    return;
  }
  judge = await Judge.open();
  const local = await mkdtemp(join(tmpdir(), 'slipway-rpm-judge-'));
  const path = join(local, 'sample.rpm');
  await writePackage(path, samplePackage, sampleFileContents());
  await copyFile(path, join(judge.directory, 'sample.rpm'));
  await rm(local, { recursive: true });
});
after(async () => {
  if (skip === false) {
    await judge.close();
  }
});

async function output(command: string): Promise<string> {
  const { status, stdout, stderr } = await judge.run(command);
  assert.equal(status, 0, `${command}: ${stderr}`);
  return stdout;
}

test('rpm reads every value of a written header', { skip }, async () => {
  const header = JSON.parse(await output('rpm -qp --json sample.rpm')) as Record<string, unknown>;
  assert.equal(header.Name, samplePackage.name);
  assert.equal(header.Epoch, 1);
  assert.equal(header.Summary, samplePackage.summary);
  assert.equal(header.Buildtime, samplePackage.buildTime);
  assert.equal(header.Payloadcompressor, 'zstd');
  assert.deepEqual(header.Changelogtime, [1_700_000_000, 1_600_000_000]);
  const dump = (await output('rpm -qpl --dump sample.rpm')).trim().split('\n');
  assert.equal(dump.length, samplePackage.files.length);
  assert.match(dump[0] ?? '', /^\/etc\/sample\.conf 12 1700000000 [0-9a-f]{64} 0100644 root root 1 0 0 X$/);
  assert.match(await output('rpm -qp --requires sample.rpm'), /^\(first or second >= 2\^1\)$/m);
  assert.match(await output('rpm -qp --triggers sample.rpm'), /triggerin scriptlet .* other >= 2, more/);
});

test('rpmkeys finds all digests right', { skip }, async () => {
  assert.match(await output('rpmkeys -Kv sample.rpm'), /Header SHA256 digest: OK\n +Payload SHA256 digest: OK/);
  const all = await output("rpmkeys -Kv --define '_pkgverify_digests 1:2:8' --define '_pkgverify_flags 0' sample.rpm");
  assert.doesNotMatch(all, /BAD/);
});

test('the payload is a cpio archive that cpio extracts', { skip }, async () => {
  const listing = await output('rpm2cpio sample.rpm | cpio -itv');
  assert.match(listing, /^-rwxr-xr-x +2 root +root +3000001 .* \.\/usr\/bin\/b$/m);
  await output('mkdir out && cd out && rpm2cpio ../sample.rpm | cpio -idm');
  assert.equal((await output('stat -c "%h %s" out/usr/bin/a')).trim(), '2 3000001');
  assert.equal((await output('readlink out/usr/bin/link')).trim(), '../share/sample/größe');
});

test('rpm installs and verifies a written package', { skip }, async () => {
  await output('mkdir -p root/etc && cp /etc/passwd /etc/group root/etc/');
  await output('rpm -i --root $PWD/root --nodeps --noscripts --notriggers sample.rpm');
  assert.equal(await output('rpm --root $PWD/root -qa'), 'sample-2.0~rc1-3.x86_64\n');
  assert.equal(await output('rpm --root $PWD/root -V --nodeps --noscripts sample'), '');
  assert.equal((await output('stat -c "%a %U %G" root/var/lib/sample')).trim(), '2770 daemon adm');
  assert.equal((await output('stat -c %h root/usr/bin/a')).trim(), '2');
});

test('createrepo_c publishes a written package', { skip }, async () => {
  await output('mkdir repo && cp sample.rpm repo/ && createrepo_c -q repo');
  const primary = await output('zstdcat repo/repodata/*primary.xml.zst');
  assert.match(primary, /<version epoch="1" ver="2.0~rc1" rel="3"\/>/);
  assert.match(primary, /<rpm:entry name="dpkg" pre="1"\/>/);
  assert.match(primary, /<size package="\d+" installed="3000024" archive="\d+"\/>/);
});
