import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadImage, loadProject } from '@slipway/project';
import { type JudgeRoom, judgesMissing } from '../test/support/judge-tree.ts';
import { distribution, outputs } from '../test/support/main-job.ts';
import { bigRepository } from './big-repository.ts';
import { inJudgeTree, judgeRoom, ours } from './inputs.ts';
import { emptyDirectory } from './scratch.ts';
import { type Contender, sideBySide } from './side-by-side.ts';

/** Requests of a server that a repository of Debian's size has under these names. */
const roots = [
  'bash',
  'systemd',
  'openssh-server',
  'python3',
  'git',
  'curl',
  'nginx',
  'postgresql',
  'vim',
  'gcc',
  'rsync',
  'sudo',
];

/** From repositories to package sets: of the server image, and of a dozen roots in one of Debian's size. */
export async function solver(): Promise<string | undefined> {
  const missing = judgesMissing();
  if (missing !== false) {
    return missing;
  }
  const request = await serverRequest();
  compare(`solver: ${request.length} requests of the server image, from rpm-md on disk`, 'solver', {
    directory: outputs.repository,
    request,
  });
  const big = await bigRepository();
  if (big !== undefined) {
    compare(`solver: ${roots.length} roots in ${big.packageCount} packages, from rpm-md on disk`, 'solver-big', {
      directory: big.directory,
      request: roots,
    });
  }
  return undefined;
}

function compare(
  title: string,
  place: string,
  { directory, request }: { readonly directory: string; readonly request: readonly string[] },
): void {
  const room = judgeRoom(place);
  room.copyIn(directory, 'repository');
  sideBySide({
    title,
    contenders: [
      { ...ours('solver', [directory, ...request]), result: (output) => output.trim() },
      dnf(room, request, 'dnf5', () => emptyDirectory(join(room.outside, 'cache'))),
      dnf(room, request, 'dnf5 with its cache', () => undefined),
    ],
    remarks: [
      'without weak dependencies; ours solves seven times; dnf5 with its cache does not read XML, the others do',
    ],
  });
}

async function serverRequest(): Promise<readonly string[]> {
  const { packages = [], kernel } = (await loadImage(await loadProject(distribution), 'server')).definition;
  return kernel === undefined ? packages : [...packages, kernel.package];
}

function dnf(room: JudgeRoom, request: readonly string[], name: string, prepare: () => void): Contender {
  const { inside, outside } = room;
  mkdirSync(join(outside, 'repos.d'), { recursive: true });
  writeFileSync(
    join(outside, 'repos.d/bench.repo'),
    `[bench]\nname=bench\nbaseurl=file://${inside}/repository\ngpgcheck=0\n`,
  );
  const places = { reposdir: 'repos.d', cachedir: 'cache', logdir: 'log', persistdir: 'state' };
  const settings = Object.entries(places).map(([key, place]) => `--setopt=${key}=${inside}/${place}`);
  const system = ['--use-host-config', `--installroot=${inside}/root`, '--releasever=1', '--forcearch=x86_64'];
  const install = ['--setopt=install_weak_deps=0', '--assumeno', 'install', ...request];
  return {
    name,
    // refusing the transaction, which is asked for, is status 1
    command: ['sh', '-c', '"$@" || [ $? -eq 1 ]', 'sh', ...inJudgeTree('dnf5', ...system, ...settings, ...install)],
    env: { COLUMNS: '500', HOME: '/root' },
    prepare,
    result: (output) => `${/Installing: +(\d+) packages/.exec(output)?.[1] ?? output.slice(-300)} packages`,
  };
}
