import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { missingPrograms } from '../support/visible-skip.ts';
import { assertFault, assertUnharmed } from './support/assert-fault.ts';
import { FaultProject, imageToml } from './support/fault-project.ts';
import { HostileArchive, poolPackage } from './support/hostile-archive.ts';
import { noise, smallDistribution } from './support/small-distribution.ts';

const skip = missingPrograms('apt-get') || (canMount() ? false : 'needs root and mount(8): a small tmpfs');
const open: (() => Promise<void>)[] = [];
after(async () => {
  for (const close of open.toReversed()) {
    await close();
  }
});

function canMount(): boolean {
  return (
    process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'x', '/mnt']).status === 0
  );
}

interface SmallDisk {
  readonly path: string;
  /** Leaves this many bytes. */
  fill(left: number): Promise<void>;
  empty(): Promise<void>;
}

async function smallDisk(sizeBytes: number): Promise<SmallDisk> {
  const path = await mkdtemp(join(tmpdir(), 'slipway-disk-'));
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes}`, 'tmpfs', path]);
  assert.equal(status, 0, String(stderr));
  open.push(async () => {
    spawnSync('umount', ['-l', path]);
    await rmdir(path);
  });
  const filler = join(path, 'filler');
  return {
    path,
    async fill(left) {
      const free = Number(spawnSync('df', ['-B1', '--output=avail', path]).stdout.toString().split('\n')[1]);
      await writeFile(filler, Buffer.alloc(Math.max(0, free - left)));
    },
    empty: () => rm(filler, { force: true }),
  };
}

const largeBytes = 6 << 20;

async function bench(places: { readonly cache?: string; readonly output?: string } = {}) {
  const entries = [{ path: './usr/share/large/noise', content: noise(largeBytes) }];
  const archive = await HostileArchive.start([
    ...(await smallDistribution()),
    await poolPackage({ name: 'large', entries }),
  ]);
  const project = await FaultProject.create({ archive, packages: ['base', 'app'], ...places });
  open.push(
    () => archive.stop(),
    () => project.remove(),
  );
  return { archive, project };
}

const full = {
  code: 'CORE_DISK_FULL',
  status: 3,
  message: /[Nn]o space left|write/,
  hint: /free space.*run the same command again: it continues/,
} as const;

const mebibyte = 1 << 20;

for (const [when, left] of [
  ['while indexes are fetched', 0],
  ['while packages are downloaded', 3 * mebibyte],
  ['while packages are imported', 10 * mebibyte],
  ['while packages are signed', 15 * mebibyte],
] as const) {
  test(`a cache that is full ${when} is said to be full; after space was made the run continues`, {
    skip,
  }, async () => {
    const disk = await smallDisk(64 * mebibyte);
    const { archive, project } = await bench({ cache: join(disk.path, 'cache') });
    await project.run();
    const outputs = await project.outputs();
    await project.write('image.toml', imageToml(['base', 'app', 'large']));
    await disk.fill(left);
    assertFault(await project.failure(), full);
    await assertUnharmed(project, outputs);
    archive.takePoolRequests();
    await disk.empty();
    const { result } = await project.run();
    assert.equal(result.resolutions[0]?.packages.length, 4);
    assert.ok(
      archive.takePoolRequests().every((path) => path.includes('large')),
      'only what is missing is fetched',
    );
    await project.verifyStore();
    assert.deepEqual(await project.leftovers(), []);
  });
}

for (const [when, left] of [
  ['while the repository is published', 64 << 10],
  ['while an image is written', 8 * mebibyte],
] as const) {
  test(`an output that is full ${when} keeps what was there; after space was made the run continues`, {
    skip,
  }, async () => {
    const disk = await smallDisk(40 * mebibyte);
    const { project } = await bench({ output: join(disk.path, 'out') });
    await project.run();
    const outputs = await project.outputs();
    await project.write('image.toml', imageToml(['base', 'app', 'large']));
    await disk.fill(left);
    assertFault(await project.failure(), full);
    const now = await project.outputs();
    const published = Object.keys(outputs).filter((name) => !/SHA256SUMS|repomd|^repository/.test(name));
    for (const name of published) {
      assert.equal(now[name], outputs[name], name);
    }
    const packages = Object.keys(outputs).filter((name) => name.endsWith('.rpm'));
    assert.deepEqual(
      packages.filter((name) => now[name] !== outputs[name]),
      [],
    );
    await project.verifyStore();
    assert.deepEqual(await project.leftovers(), []);
    await disk.empty();
    await project.run();
    assert.deepEqual(await project.leftovers(), []);
    assert.equal(
      (await project.run()).result.stages.every(({ upToDate }) => upToDate),
      true,
    );
  });
}

const skipReadOnly =
  missingPrograms('apt-get') || (process.getuid?.() === 0 && canMount() ? false : 'needs root: a read-only mount');

test('an output that cannot be written is named before any work is done', { skip: skipReadOnly }, async () => {
  const disk = await smallDisk(16 * mebibyte);
  const { project } = await bench({ output: join(disk.path, 'out') });
  await project.run();
  const outputs = await project.outputs();
  spawnSync('mount', ['-o', 'remount,ro', disk.path]);
  assertFault(await project.failure(), {
    code: 'CORE_FILE_ACCESS',
    status: 3,
    message: /Cannot write .*out.*(EROFS|read-only)/,
    hint: /check that .* you may (access|write)/,
  });
  assert.deepEqual(await project.outputs(), outputs);
  spawnSync('mount', ['-o', 'remount,rw', disk.path]);
  await project.run();
});

const unprivileged = 65534;
const skipUnprivileged =
  missingPrograms('apt-get', 'setpriv') || (process.getuid?.() === 0 ? false : 'needs root, to become another user');

test('an output directory of somebody else is named, with status 3', { skip: skipUnprivileged }, async () => {
  const { project } = await bench();
  await mkdir(project.output);
  await chmod(project.output, 0o555);
  await chmod(project.root, 0o755);
  const node = ['--reuid', String(unprivileged), '--regid', String(unprivileged), '--clear-groups', process.execPath];
  const main = join(import.meta.dirname, '../../apps/cli/src/main.ts');
  const { status, stderr } = spawnSync('setpriv', [...node, main, 'build', '--project', project.directory], {
    env: project.env,
    encoding: 'utf8',
  });
  if (/EACCES.*main\.ts|Cannot find module|Permission denied/.test(stderr) && !stderr.includes('error[')) {
    return; // the checkout itself is not readable for others
  }
  assert.equal(status, 3, stderr);
  assert.match(stderr, /error\[CORE_FILE_ACCESS\]: Cannot write .*out/);
  assert.match(stderr, /hint: check that/);
});
