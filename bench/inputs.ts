import { existsSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseNevra } from '@slipway/rpm';
import { imagePackages } from '../test/support/image-packages.ts';
import { type JudgeRoom, judgeTree, openJudgeRoom } from '../test/support/judge-tree.ts';
import { distribution, outputs } from '../test/support/main-job.ts';
import { atExit } from './scratch.ts';
import type { Contender } from './side-by-side.ts';

/** The cache of the quickstart whose outputs are measured with. */
export const cache = process.env.SLIPWAY_CACHE ?? join(homedir(), '.cache/slipway');
const packageDirectory = join(outputs.repository, 'Packages');

/** What a finished quickstart leaves, and what of it is missing here, or false. */
export function missingInputs(): string | false {
  const cached = ['store', 'apt', 'tasks/snapshot'].map((name) => join(cache, name));
  const wanted = [outputs.rawDisk, packageDirectory, join(distribution, 'slipway.lock'), ...cached];
  const missing = wanted.filter((path) => !existsSync(path));
  return missing.length > 0 && `run npm run quickstart first; missing: ${missing.join(', ')}`;
}

/** Every package of the published repository. */
export function repositoryPackages(): readonly string[] {
  return readdirSync(packageDirectory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.rpm'))
    .sort()
    .map((name) => join(packageDirectory, name));
}

/** The package files of the server image. */
export async function serverPackages(): Promise<readonly string[]> {
  return (await imagePackages('server')).map((text) => {
    const { name, evr, arch } = parseNevra(text);
    return join(packageDirectory, name[0] ?? '', `${name}-${evr.version}-${evr.release}.${arch}.rpm`);
  });
}

export function megabytes(paths: readonly string[]): string {
  return `${(paths.reduce((sum, path) => sum + statSync(path).size, 0) / 1e6).toFixed(0)} MB`;
}

/** A script of bench/ours with the Node flags and the environment of the slipway launcher. */
export function ours(name: string, args: readonly string[]): Pick<Contender, 'name' | 'command' | 'env'> {
  const script = join(import.meta.dirname, 'ours', `${name}.ts`);
  const flags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=8'];
  const threshold = '262144';
  return {
    name: 'slipway',
    command: [process.execPath, ...flags, script, ...args],
    env: {
      NODE_COMPILE_CACHE: join(cache, 'compiled'),
      MALLOC_ARENA_MAX: '2',
      MALLOC_MMAP_THRESHOLD_: threshold,
      MALLOC_TRIM_THRESHOLD_: threshold,
    },
  };
}

/** A command inside the judges' tree. */
export function inJudgeTree(...args: readonly string[]): readonly [string, ...string[]] {
  return ['chroot', judgeTree, ...args];
}

/** A directory in the judges' tree that is removed at exit. */
export function judgeRoom(name: string): JudgeRoom {
  const room = openJudgeRoom(`bench-${name}`);
  atExit(() => room.close());
  return room;
}
