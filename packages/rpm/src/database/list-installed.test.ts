import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { Judge, noJudge } from '../testing/judge.ts';
import { rpmData } from '../testing/rpm-data.ts';
import { installedHeaderProblem } from './installed-header-problem.ts';
import { fileState } from './installed-package.ts';
import { type InstalledList, listInstalled } from './list-installed.ts';
import { readRpmDatabase } from './read-database.ts';
import { signatureFormProblem } from './signature-form.ts';

const noData = existsSync(rpmData) ? false : 'the shared RPM data is not there';
const databases = [
  'cbl-mariner-2.0/rpmdb.sqlite',
  'rpm-testsuite/rpmdb.sqlite',
  'rpm-testsuite/91297284-rpmdb.sqlite',
].map((path) => join(rpmData, 'rpmdb', path));
const directory = await mkdtemp(join(tmpdir(), 'slipway-list-rpmdb-'));
after(() => rm(directory, { recursive: true }));

const fileTags =
  'filenames filemodes filemtimes filedigests filelinktos fileflags fileusername filegroupname filecolors';
const format =
  '%{name} %{epochnum} %{version} %{release} %{installtime} %{installtid} %{installcolor}\\n' +
  `[ ${['=name', ...fileTags.split(' '), 'filesizes', 'filerdevs', 'fileverifyflags', 'filestates:fstate']
    .map((name) => `%{${name}}`)
    .join('|')}\\n]`;

const stateNames = { normal: 'normal', replaced: 'replaced', notInstalled: 'not installed', netShared: 'net shared' };

function asRpmFormats({ packages, keys }: InstalledList): string[] {
  const stateText = new Map<number | undefined, string>(
    Object.entries(stateNames).map(([name, text]) => [fileState[name as keyof typeof stateNames], text]),
  );
  const keyLines = keys.map(({ id, creationTime }) => `gpg-pubkey 0 ${id} ${creationTime.toString(16)}`);
  const packageLines = packages.flatMap(({ name, evr, installTime, installTid, installColor, files }) => [
    `${name} ${evr.epoch} ${evr.version} ${evr.release} ${installTime} ${installTid} ${installColor}`,
    ...files.map((file) =>
      [
        ` ${name}`,
        file.path,
        file.mode,
        file.mtime,
        file.recordedDigest?.hex ?? '',
        file.linkTarget,
        file.flags,
        file.user,
        file.group,
        file.color,
        file.sizeBytes,
        file.rdev,
        file.verifyFlags,
        stateText.get(file.state) ?? '',
      ].join('|'),
    ),
  ]);
  return [...packageLines, ...keyLines].sort();
}

async function withCopy(path: string, use: (rpm: (flags: string) => ReturnType<Judge['run']>) => Promise<void>) {
  const judge = await Judge.open();
  try {
    copyFileSync(path, join(judge.directory, 'rpmdb.sqlite'));
    chmodSync(join(judge.directory, 'rpmdb.sqlite'), 0o644);
    await use((flags) => judge.run(`rpm --dbpath /tmp/${basename(judge.directory)} ${flags}`));
  } finally {
    await judge.close();
  }
}

test('real databases are listed with what rpm tells of every package and file', {
  skip: noData || noJudge,
}, async () => {
  for (const path of databases) {
    await withCopy(path, async (rpm) => {
      const { stdout } = await rpm(`--nodigest --nosignature -qa --qf '${format}'`);
      const theirs = stdout
        .trimEnd()
        .split('\n')
        // keys are imported, not installed: there is no colour, and rpm knows them by version and release
        .map((line) => line.replace(/^(gpg-pubkey 0 \S+ \S+) .*/, '$1'));
      assert.ok(theirs.length > 5, stdout);
      assert.deepEqual(asRpmFormats(listInstalled(path)), theirs.sort(), path);
    });
  }
});

test('the packages that rpm skips are listed, with the reason that it gives', { skip: noData || noJudge }, async () => {
  for (const path of databases) {
    const { packages, keys } = listInstalled(path);
    await withCopy(path, async (rpm) => {
      const { stdout, stderr } = await rpm("-qa --qf '%{name}\\n'");
      const skipped = [...stderr.matchAll(/skipping h# +(\d+)/g)].map((match) => Number(match[1]));
      const problems = packages.filter(({ problem }) => problem !== undefined);
      assert.deepEqual(
        problems.map(({ hnum }) => hnum),
        skipped,
      );
      assert.deepEqual(
        [
          ...packages.filter(({ problem }) => problem === undefined).map(({ name }) => name),
          ...keys.map(() => 'gpg-pubkey'),
        ].sort(),
        stdout.trim().split('\n').sort(),
      );
      for (const { problem } of problems) {
        assert.match(problem ?? '', /malformed MPI: leading bit is not set/);
        assert.match(stderr, /Malformed MPI: leading bit is not set/);
      }
    });
  }
});

test('a header whose bytes were changed fails its digest, in rpm and here', { skip: noData || noJudge }, async () => {
  const path = join(directory, 'changed.sqlite');
  copyFileSync(databases[0] as string, path);
  chmodSync(path, 0o644);
  const [first] = readRpmDatabase(path);
  const blob = Buffer.from(first?.header.blob ?? []);
  const at = blob.indexOf('Microsoft');
  assert.ok(at > 0);
  blob[at] = 'm'.charCodeAt(0);
  const database = new DatabaseSync(path);
  database.prepare('UPDATE Packages SET blob = ? WHERE hnum = ?').run(blob, first?.hnum ?? 0);
  database.close();
  const problems = [...readRpmDatabase(path)].map(({ header }) => installedHeaderProblem(header) ?? '');
  assert.match(problems[0] ?? '', /^header sha1 digest/);
  await withCopy(path, async (rpm) => {
    assert.match((await rpm('-qa')).stderr, /skipping h# +1\b/);
  });
});

test('an imported certificate is a key and no package', { skip: noData }, () => {
  const { packages, keys } = listInstalled(databases[1] as string);
  assert.deepEqual(
    packages.map(({ name }) => name),
    ['foo', 'hlinktest'],
  );
  const [key] = keys;
  assert.equal(key?.id, '1964c5fc');
  assert.equal(key.userId, 'rpm.org RSA testkey <rsa@rpm.org>');
  // RFC 9580 section 5.5.4.2: the key id is the end of the digest of the first packet
  const body = key.packets.subarray(3, 3 + key.packets.readUInt16BE(1));
  const digest = createHash('sha1')
    .update(Buffer.from([0x99]))
    .update(key.packets.subarray(1, 3))
    .update(body);
  assert.equal(digest.digest('hex').slice(-8), key.id);
  assert.equal(body.readUInt32BE(1), key.creationTime);
});

test('the form of signature packets is judged whatever bytes they have', { skip: noData }, () => {
  const { header } = [...readRpmDatabase(databases[0] as string)][0] as {
    header: { bytes(tag: number): Buffer | undefined };
  };
  const packet = header.bytes(268) ?? Buffer.alloc(0);
  assert.equal(signatureFormProblem(packet), undefined);
  for (let length = 0; length < packet.length; length++) {
    assert.ok(signatureFormProblem(packet.subarray(0, length)) !== undefined, String(length));
  }
  for (let at = 0; at < packet.length; at++) {
    const changed = Buffer.from(packet);
    changed[at] = (changed[at] ?? 0) ^ 0xff;
    signatureFormProblem(changed);
  }
});
