import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { judgesMissing } from '../test/support/judge-tree.ts';
import { inJudgeTree, judgeRoom, ours } from './inputs.ts';
import { manyPackages } from './many-packages.ts';
import { metadata } from './metadata.ts';
import { emptyDirectory, makeScratch } from './scratch.ts';
import { type Contender, sideBySide } from './side-by-side.ts';

/** What `slipway repo` and its peers do: reading metadata, and making it from packages. */
export async function repo(): Promise<string | undefined> {
  return judgesMissing() || ((await metadata()) ?? (await repository()));
}

const workers = 2;

/** Package files to rpm-md: for the first time, and when nothing has changed. */
async function repository(): Promise<undefined> {
  const packages = await manyPackages();
  const names = readdirSync(packages);
  const megabytes = (names.reduce((sum, name) => sum + statSync(join(packages, name)).size, 0) / 1e6).toFixed(0);
  const scratch = makeScratch('repository');
  const room = judgeRoom('repository');
  room.copyIn(packages, 'packages');
  const [inside, outside] = [`${room.inside}/made`, join(room.outside, 'made')];
  const mine = (prepare: () => void): Contender => ({
    ...ours('repository', [packages, scratch, String(workers)]),
    prepare,
    result: (output) => output.trim(),
  });
  const theirs = (name: string, options: readonly string[], prepare: () => void): Contender => {
    const fixed = ['--quiet', `--workers=${workers}`, `--outputdir=${inside}`];
    return { name, command: inJudgeTree('createrepo_c', ...fixed, ...options, `${room.inside}/packages`), prepare };
  };
  sideBySide({
    title: `repo: rpm-md of ${names.length} packages (${megabytes} MB), ${workers} workers`,
    contenders: [mine(() => emptyDirectory(scratch)), theirs('createrepo_c', [], () => emptyDirectory(outside))],
    remarks: ['both read headers, hash every file (SHA-256) and write zstd metadata at level 10'],
    rounds: 5,
  });
  sideBySide({
    title: `repo: rpm-md of ${names.length} packages, nothing changed`,
    contenders: [mine(() => undefined), theirs('createrepo_c --update', ['--update'], () => undefined)],
    remarks: ['ours sees that nothing changed and writes nothing; createrepo_c writes everything again'],
    rounds: 5,
  });
  return undefined;
}
