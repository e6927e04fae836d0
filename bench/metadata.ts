import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgesMissing } from '../test/support/judge-tree.ts';
import { bigRepository } from './big-repository.ts';
import { inJudgeTree, judgeRoom, ours } from './inputs.ts';
import { emptyDirectory, makeScratch } from './scratch.ts';
import { type Contender, sideBySide } from './side-by-side.ts';

/** Metadata of a large distribution: read for the first time, and from the cache. */
export async function metadata(): Promise<string | undefined> {
  const missing = judgesMissing();
  if (missing !== false) {
    return missing;
  }
  const big = await bigRepository();
  if (big === undefined) {
    return 'there is no Debian package list to make a large repository of';
  }
  const room = judgeRoom('metadata');
  room.copyIn(big.directory, 'repository');
  const cache = join(makeScratch('metadata'), 'cache');
  const dnf = dnfOn(room);
  sideBySide({
    title: `repo: metadata of ${big.packageCount} packages, cold`,
    contenders: [
      { ...ours('read-metadata', ['cold', big.directory, cache]), result: (output) => output.trim() },
      dnf('dnf5 makecache', ['makecache'], () => emptyDirectory(join(room.outside, 'cache'))),
    ],
    remarks: ['both check sizes and digests, read primary.xml and write their cache; dnf5 also copies the files'],
  });
  sideBySide({
    title: `repo: metadata of ${big.packageCount} packages, from the cache`,
    contenders: [
      { ...ours('read-metadata', ['warm', big.directory, cache]), result: (output) => output.trim() },
      dnf('dnf5 repoquery bash', ['repoquery', 'bash'], () => undefined),
    ],
    remarks: ['ours is read ten times; the median is of one reading inside the running process'],
  });
  return undefined;
}

function dnfOn({ inside, outside }: { readonly inside: string; readonly outside: string }) {
  mkdirSync(join(outside, 'repos.d'), { recursive: true });
  const repository = `[bench]\nname=bench\nbaseurl=file://${inside}/repository\ngpgcheck=0\nmetadata_expire=never\n`;
  writeFileSync(join(outside, 'repos.d/bench.repo'), repository);
  const places = { reposdir: 'repos.d', cachedir: 'cache', logdir: 'log', persistdir: 'state' };
  const settings = Object.entries(places).map(([key, place]) => `--setopt=${key}=${inside}/${place}`);
  const system = ['--use-host-config', `--installroot=${inside}/root`, '--releasever=1', '--forcearch=x86_64'];
  return (name: string, command: readonly string[], prepare: () => void): Contender => ({
    name,
    command: inJudgeTree('dnf5', '-q', ...system, ...settings, ...command),
    env: { HOME: '/root' },
    prepare,
  });
}
