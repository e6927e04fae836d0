import { join } from 'node:path';
import { judgesMissing } from '../test/support/judge-tree.ts';
import { outputs } from '../test/support/main-job.ts';
import { inJudgeTree, judgeRoom, megabytes, ours, repositoryPackages } from './inputs.ts';
import { sideBySide } from './side-by-side.ts';

/** Digests of headers and payloads against what packages record of them. */
export async function verify(): Promise<string | undefined> {
  const missing = judgesMissing();
  if (missing !== false) {
    return missing;
  }
  const packages = repositoryPackages();
  const room = judgeRoom('verify');
  room.copyIn(join(outputs.repository, 'Packages'), 'Packages');
  const inside = packages.map((path) => path.replace(outputs.repository, room.inside));
  sideBySide({
    title: `verify: recorded digests of ${packages.length} packages (${megabytes(packages)})`,
    contenders: [
      { ...ours('verify', packages), result: (output) => output.trim() },
      {
        name: 'rpmkeys -K',
        command: inJudgeTree('rpmkeys', '--dbpath', `${room.inside}/db`, '-K', '--nosignature', ...inside),
        result: (output) => `${output.match(/: digests OK$/gm)?.length ?? 0} packages hold`,
      },
    ],
    remarks: ['ours also checks recorded MD5 (header and payload) and SHA-1 digests, which rpm 6 passes over'],
  });
  return undefined;
}
