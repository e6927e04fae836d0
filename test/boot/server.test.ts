import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { mirrorAddress } from '../../apps/cli/src/boot/interactive-seed.ts';
import { type DirectoryServer, serveDirectory } from '../../apps/cli/src/boot/serve-directory.ts';
import { type Forgery, writeForgedRepository } from '../support/forged-repository.ts';
import { bootGuest, type Guest, tailOf } from '../support/guest.ts';
import { imagePackages } from '../support/image-packages.ts';
import { distribution, ensureOutputs, mainJobSeconds, noOutputs, outputs } from '../support/main-job.ts';
import { missingPrograms, visibleSkip } from '../support/visible-skip.ts';

const skip = visibleSkip(missingPrograms('qemu-system-x86_64', 'qemu-img', 'ssh', 'ssh-keygen') || noOutputs());
const consoleLog = join(outputs.logs, 'boot-server.log');
const journalLog = join(outputs.logs, 'boot-server.journal');

/** Emulated without KVM, a boot takes one to four minutes on two busy processors. */
const bootSeconds = 420;
const serviceSeconds = 240;
const installSeconds = 180;
const powerOffSeconds = 120;
const allSeconds = mainJobSeconds + 20 * 60;
const diskBytes = 8 * 2 ** 30;

const options = { skip, timeout: allSeconds * 1000 };

test('the server image boots, is healthy, and takes only signed packages', options, async (t) => {
  await ensureOutputs();
  const forged = await mkdtemp(join(tmpdir(), 'slipway-forged-'));
  const mirror = await serveDirectory(outputs.repositories);
  const attacker = await serveDirectory(forged);
  let guest: Guest | undefined;
  let isGood = false;
  try {
    const started = Date.now();
    guest = await bootGuest({ diskPath: outputs.rawDisk, diskBytes, consoleLog, bootSeconds });
    t.diagnostic(`ssh after ${seconds(started)} s with ${guest.machine.accelerator}`);
    await checkHealth(t, guest);
    await checkIdentity(t, guest);
    await checkPackages(t, guest);
    await checkUpdates(t, guest, mirror);
    await checkForgeries(t, guest, { forged, attacker });
    await keepJournal(guest);
    await checkPowerOff(t, guest);
    isGood = true;
  } finally {
    await keepJournal(guest).catch(() => undefined);
    await guest?.stop();
    await mirror.close();
    await attacker.close();
    await rm(forged, { recursive: true, force: true });
    if (!isGood) {
      t.diagnostic(`the end of ${consoleLog}:\n${await tailOf(consoleLog)}`);
    }
  }
});

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(1);
}

async function checkHealth(t: TestContext, guest: Guest): Promise<void> {
  await t.test('every unit starts, and systemd calls the system running', async () => {
    const state = await guest.run('systemctl is-system-running --wait', serviceSeconds);
    const failed = await guest.output('systemctl --failed --plain --no-legend');
    const journal = failed === '' ? '' : await guest.output('journalctl -b -p warning --no-pager -o cat | tail -n 40');
    assert.deepEqual([state.stdout.toString().trim(), failed], ['running', ''], `${failed}\n${journal}`);
  });

  await t.test('cloud-init ends without an error or warning', async () => {
    const { stdout } = await guest.run('cloud-init status --wait --format json', serviceSeconds);
    const status = JSON.parse(stdout.toString());
    assert.deepEqual(
      { status: status.extended_status, errors: status.errors, recoverable: status.recoverable_errors },
      { status: 'done', errors: [], recoverable: {} },
    );
  });

  await t.test('the boot is timed', async (inner) => {
    inner.diagnostic(await guest.output('systemd-analyze time'));
    inner.diagnostic(await guest.output('systemd-analyze blame | head -8'));
  });
}

async function checkIdentity(t: TestContext, guest: Guest): Promise<void> {
  await t.test('os-release names the distribution and the edition', async () => {
    const release = await guest.output('. /etc/os-release; echo "$ID $VERSION_ID $VARIANT_ID"');
    assert.equal(release, 'slipway 1 server');
  });

  await t.test('the root file system fills the disk', async () => {
    const size = Number(await guest.output('findmnt -bno SIZE /'));
    assert.ok(size > diskBytes * 0.9, `${size} bytes of ${diskBytes}`);
  });

  await t.test('the machine has an id and ssh host keys of its own', async () => {
    assert.match(await guest.output('cat /etc/machine-id'), /^[0-9a-f]{32}$/);
    const bootTime = Number(await guest.output("awk '/^btime/ { print $2 }' /proc/stat"));
    const keys = (await guest.output('stat -c "%Y %n" /etc/ssh/ssh_host_*_key')).split('\n');
    assert.ok(keys.length >= 2, keys.join(', '));
    for (const key of keys) {
      assert.ok(Number.parseInt(key, 10) >= bootTime, `${key} is older than the boot at ${bootTime}`);
    }
  });

  await t.test('the hardened kernel settings are in force', async () => {
    const path = join(distribution, 'components/slipway-base/50-slipway-hardening.conf');
    const wanted = (await readFile(path, 'utf8')).split('\n').filter((line) => /^[a-z]/.test(line));
    const names = wanted.map((line) => line.split('=')[0]?.trim());
    assert.deepEqual((await guest.output(`sysctl ${names.join(' ')}`)).split('\n'), wanted);
  });
}

async function checkPackages(t: TestContext, guest: Guest): Promise<void> {
  await t.test('rpm knows exactly the packages that were resolved', async () => {
    const installed = (await guest.output("rpm -qa --qf '%{nevra}\\n' | grep -v ^gpg-pubkey")).split('\n');
    assert.deepEqual(installed.sort(), [...(await imagePackages('server'))].sort());
  });

  await t.test('every file is as its package says', async () => {
    const { stdout, stderr } = await guest.run('rpm -Va', installSeconds);
    assert.deepEqual([stdout.toString(), stderr], ['', '']);
  });
}

async function checkUpdates(t: TestContext, guest: Guest, mirror: DirectoryServer): Promise<void> {
  await t.test('dnf5 installs a package from the signed repository with the key in the image', async () => {
    const configuration = await guest.output('cat /etc/yum.repos.d/slipway.repo');
    assert.match(configuration, /^gpgcheck=1$/m);
    assert.match(configuration, /^repo_gpgcheck=1$/m);
    assert.match(configuration, /^gpgkey=file:\/\/\/etc\/pki\/rpm-gpg\/RPM-GPG-KEY-slipway$/m);
    await guest.write('/etc/dnf/vars/slipway_mirror', `${mirrorAddress(mirror.port)}\n`);

    await guest.output('dnf5 install -y tree', installSeconds);

    assert.match(await guest.output('tree --version'), /^tree v\d/);
    assert.match(await guest.output('rpmkeys --list'), /^[0-9a-f]{40} Slipway Linux/);
    assert.equal(await guest.output('rpm -V tree'), '');
    await guest.output('dnf5 remove -y tree', installSeconds);
    assert.notEqual((await guest.run('rpm -q tree')).status, 0);
  });
}

/** `repo`: whether metadata must be signed by the distribution's key. `refusal`: what dnf5 says. */
const forgeries: readonly { forgery: Forgery; repo: boolean; refusal: RegExp }[] = [
  { forgery: 'unsigned', repo: false, refusal: /not signed|no signature|unsigned/i },
  { forgery: 'signed-by-another-key', repo: false, refusal: /key|signature/i },
  { forgery: 'payload-changed', repo: false, refusal: /digest|signature|checksum/i },
  { forgery: 'unchanged', repo: true, refusal: /signature|key/i },
];

async function checkForgeries(
  t: TestContext,
  guest: Guest,
  { forged, attacker }: { forged: string; attacker: DirectoryServer },
): Promise<void> {
  const directory = join(outputs.repository, 'Packages/t');
  const name = (await readdir(directory)).find((each) => /^tree-\d/.test(each)) ?? '';
  for (const { forgery, repo, refusal } of forgeries) {
    const what = repo ? 'metadata signed by another key' : `a package that is ${forgery}`;
    await t.test(`dnf5 refuses ${what}`, async (inner) => {
      await guest.run('rpm -e tree'); // an earlier subtest may have failed with it installed
      await writeForgedRepository(join(forged, forgery), join(directory, name), forgery);
      const id = `forged-${forgery}`;
      const settings = {
        gpgcheck: '1',
        repo_gpgcheck: repo ? '1' : '0',
        gpgkey: 'file:///etc/pki/rpm-gpg/RPM-GPG-KEY-slipway',
      };
      const command = [
        `dnf5 install -y --repofrompath=${id},${mirrorAddress(attacker.port)}/${forgery}/ --repo=${id}`,
        ...Object.entries(settings).map(([key, value]) => `--setopt=${id}.${key}=${value}`),
        'tree',
      ].join(' ');
      const { status, stdout, stderr } = await guest.run(command, installSeconds);
      const said = `${stdout}${stderr}`;
      inner.diagnostic(said.trim().split('\n').slice(-4).join('\n'));
      assert.notEqual(status, 0, said);
      assert.match(stderr, refusal);
      assert.notEqual((await guest.run('rpm -q tree')).status, 0, 'the package is installed all the same');
    });
  }
}

async function keepJournal(guest: Guest | undefined): Promise<void> {
  const journal = await guest?.run('journalctl -b --no-pager -o short-monotonic', 30);
  if (journal?.status === 0) {
    await mkdir(outputs.logs, { recursive: true });
    await writeFile(journalLog, journal.stdout);
  }
}

async function checkPowerOff(t: TestContext, guest: Guest): Promise<void> {
  await t.test('the machine switches itself off', async (inner) => {
    const started = Date.now();
    await guest.run('systemctl poweroff', 30);
    const ended = await Promise.race([guest.machine.ended, sleep(powerOffSeconds * 1000, undefined, { ref: false })]);
    assert.deepEqual(ended, { status: 0, errors: '' });
    inner.diagnostic(`off after ${seconds(started)} s`);
  });
}
