import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadImage, loadProject } from '@slipway/project';
import { type JudgeRoom, judgesMissing } from '../test/support/judge-tree.ts';
import { distribution, outputs } from '../test/support/main-job.ts';
import { inJudgeTree, judgeRoom, ours } from './inputs.ts';
import { emptyDirectory } from './scratch.ts';
import { type Contender, sideBySide } from './side-by-side.ts';

/** From a published repository to the package set of the server image. */
export async function solver(): Promise<string | undefined> {
  const missing = judgesMissing();
  if (missing !== false) {
    return missing;
  }
  const request = await serverRequest();
  const room = judgeRoom('solver');
  room.copyIn(outputs.repository, 'repository');
  sideBySide({
    title: `solver: ${request.length} requests of the server image, from rpm-md on disk`,
    contenders: [
      { ...ours('solver', [outputs.repository, ...request]), result: (output) => output.trim() },
      dnf(room, request, 'dnf5', () => emptyDirectory(join(room.outside, 'cache'))),
      dnf(room, request, 'dnf5 with its cache', () => undefined),
    ],
    remarks: ['without weak dependencies; dnf5 with its cache does not read XML, the others do'],
  });
  return undefined;
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
