import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { decompressZstdSync } from '@slipway/formats';
import { imageReport } from '../support/image-packages.ts';
import {
  type JudgeResult,
  type JudgeRoom,
  judge,
  judgesMissing,
  judgeTree,
  openJudgeRoom,
} from '../support/judge-tree.ts';
import { ensureOutputs, mainJobSeconds, noOutputs, outputs } from '../support/main-job.ts';
import { visibleSkip } from '../support/visible-skip.ts';

const skip = visibleSkip(judgesMissing() || noOutputs());
const options = { skip, timeout: (mainJobSeconds + 300) * 1000 };

/** A room with the published repository in it. */
async function withRepository(body: (room: JudgeRoom) => void | Promise<void>): Promise<void> {
  await ensureOutputs();
  const room = openJudgeRoom('repository');
  try {
    room.copyIn(outputs.repositories, 'repository');
    await body(room);
  } finally {
    room.close();
  }
}

function packagePaths({ outside }: JudgeRoom): string[] {
  const names = readdirSync(join(outside, 'repository/x86_64/Packages'), { recursive: true }).map(String);
  return names.filter((name) => name.endsWith('.rpm')).sort();
}

function expectSuccess(result: JudgeResult): string {
  const said = `${result.stdout}${result.stderr}`;
  assert.equal(result.status, 0, said.split('\n').slice(-30).join('\n'));
  return result.stdout;
}

test('rpmkeys takes the public key and finds every package signed by it', options, async () => {
  await withRepository((room) => {
    const database = ['--dbpath', `${room.inside}/db`];
    const packages = packagePaths(room).map((name) => `${room.inside}/repository/x86_64/Packages/${name}`);
    assert.ok(packages.length > 200, `${packages.length} packages`);
    const before = judge('rpmkeys', [...database, '-K', ...packages]);
    assert.doesNotMatch(before.stdout, /signatures OK$/m);

    expectSuccess(judge('rpmkeys', [...database, '--import', `${room.inside}/repository/RPM-GPG-KEY-slipway`]));

    const verdicts = expectSuccess(judge('rpmkeys', [...database, '-K', ...packages]))
      .trim()
      .split('\n');
    assert.deepEqual(
      verdicts.filter((line) => !line.endsWith(': digests signatures OK')),
      [],
    );
    assert.equal(verdicts.length, packages.length);
  });
});

test('dnf5 sees as many packages as there are', options, async () => {
  await withRepository((room) => {
    const seen = expectSuccess(dnf(room, ['-y', 'repoquery', '--available', '--qf', '%{full_nevra}\\n']));
    assert.equal(seen.trim().split('\n').length, packagePaths(room).length);
  });
});

test('dnf5 finds no package with a requirement that nothing provides', options, async () => {
  await withRepository((room) => {
    const unsolved = dnf(room, ['-y', 'repoclosure']);
    assert.equal(unsolved.stdout.trim(), '');
    assert.equal(unsolved.status, 0, unsolved.stderr);
  });
});

test('dnf5 installs a working system from signed packages and metadata', options, async () => {
  await withRepository((room) => {
    const wanted = ['slipway-release-container', 'slipway-base', 'bash', 'coreutils', 'grep', 'sed'];
    expectSuccess(dnf(room, ['-y', 'install', ...wanted]));

    const root = join(room.outside, 'root');
    const inside = spawnSync('chroot', [root, '/bin/bash', '-c', 'echo one two | sed s/one/three/ | grep two'], {
      encoding: 'utf8',
    });
    assert.deepEqual([inside.status, inside.stdout], [0, 'three two\n'], inside.stderr);
    assert.equal(judge('rpm', ['--root', `${room.inside}/root`, '-Va', '--nofiles']).stdout, '');
  });
});

for (const image of ['server', 'container']) {
  test(`dnf5 chooses the same packages for the ${image} image as our solver`, options, async () => {
    await withRepository(async (room) => {
      const { packages } = await imageReport(image);
      const requested = packages.flatMap(({ reasons }) =>
        reasons.flatMap(({ text }) => /^requested as (.+)$/.exec(text)?.[1] ?? []),
      );
      assert.ok(requested.length > 10, requested.join(' '));

      expectSuccess(dnf(room, ['-y', 'makecache'])); // takes the key, which --assumeno would refuse
      const answer = dnf(room, ['--assumeno', 'install', ...requested]);

      const theirs = new Set(transactionOf(answer.stdout));
      const ours = new Set(packages.map(({ nevra }) => withEpoch(nevra)));
      const difference = {
        onlyOurs: [...ours].filter((each) => !theirs.has(each)),
        onlyTheirs: [...theirs].filter((each) => !ours.has(each)),
      };
      assert.deepEqual(difference, { onlyOurs: [], onlyTheirs: [] }, `${inspect(difference)}\n${answer.stderr}`);
    });
  });
}

test('createrepo_c describes the packages byte for byte as we do', options, async () => {
  await withRepository((room) => {
    const repository = `${room.inside}/repository/x86_64`;
    mkdirSync(join(room.outside, 'theirs'));
    expectSuccess(judge('createrepo_c', ['-q', '--no-database', '-o', `${room.inside}/theirs`, repository]));

    for (const kind of ['primary', 'filelists', 'other']) {
      const ours = descriptions(join(room.outside, 'repository/x86_64'), kind);
      const theirs = descriptions(join(room.outside, 'theirs'), kind);
      assert.equal(ours.length, packagePaths(room).length);
      // One at a time: the difference of two whole repositories would be longer than anybody reads.
      ours.forEach((description, index) => assert.equal(description, theirs[index], kind));
    }
  });
});

/** dnf5 for an empty system beside the repository, which has to be signed throughout. */
function dnf({ inside, outside }: JudgeRoom, args: readonly string[]): JudgeResult {
  const repository = [
    '[slipway]',
    'name=slipway',
    `baseurl=file://${inside}/repository/x86_64`,
    'gpgcheck=1',
    'repo_gpgcheck=1',
    `gpgkey=file://${inside}/repository/RPM-GPG-KEY-slipway`,
  ];
  mkdirSync(join(outside, 'repos.d'), { recursive: true });
  writeFileSync(join(outside, 'repos.d/slipway.repo'), `${repository.join('\n')}\n`);
  const places = { reposdir: 'repos.d', cachedir: 'cache', logdir: 'log', persistdir: 'state' };
  const settings = Object.entries(places).map(([key, name]) => `--setopt=${key}=${inside}/${name}`);
  const system = ['--use-host-config', `--installroot=${inside}/root`, '--releasever=1', '--forcearch=x86_64'];
  return judgeWithProc('dnf5', [...system, ...settings, '--setopt=install_weak_deps=0', ...args]);
}

/** rpm runs its sysusers script with bash's process substitution, which needs /proc: in a mount namespace of its own. */
function judgeWithProc(program: string, args: readonly string[]): JudgeResult {
  const script = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"';
  const result = spawnSync('unshare', ['--mount', 'sh', '-c', script, judgeTree, program, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LANG: 'C.UTF-8', COLUMNS: '500' },
  });
  return { status: result.status ?? 1, stdout: result.stdout, stderr: result.stderr };
}

/** NEVRAs with epoch from the table that dnf5 shows before it asks. */
function transactionOf(table: string): string[] {
  const rows = table.matchAll(/^ (\S+) +(\S+) +(\d+:\S+) +slipway +\S+ +\S+$/gm);
  return [...rows].map(([, name, arch, evr]) => `${name}-${evr}.${arch}`).sort();
}

function withEpoch(nevra: string): string {
  return /-\d+:[^-]+-[^-]+$/.test(nevra) ? nevra : nevra.replace(/-([^-]+-[^-]+)$/, '-0:$1');
}

/** The package elements of a metadata file in the order of their digests; times of files are not content. */
function descriptions(repository: string, kind: string): string[] {
  const directory = join(repository, 'repodata');
  const repomd = readFileSync(join(directory, 'repomd.xml'), 'utf8');
  const name = new RegExp(`href="repodata/([0-9a-f]*-?${kind}\\.xml\\.zst)"`).exec(repomd)?.[1] ?? '';
  const text = decompressZstdSync(readFileSync(join(directory, name))).toString();
  const found = [...text.matchAll(/<package [\s\S]*?<\/package>\n/g)].map(([xml]) => ({ xml, id: idOf(xml) }));
  return found
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ xml }) => xml.replace(/<time file="\d+"/, '<time file=""'));
}

function idOf(xml: string): string {
  return /(?:pkgid="|pkgid="YES">)([0-9a-f]{64})/.exec(xml)?.[1] ?? '';
}
