import { judgesMissing } from '../test/support/judge-tree.ts';
import { outputs } from '../test/support/main-job.ts';
import { inJudgeTree, judgeRoom, megabytes, missingInputs, ours, repositoryPackages } from './inputs.ts';
import { metadata } from './metadata.ts';
import { emptyDirectory, makeScratch } from './scratch.ts';
import { sideBySide } from './side-by-side.ts';

/** What `slipway repo` and its peers do: reading metadata, and making it from packages. */
export async function repo(): Promise<string | undefined> {
  return (await metadata()) ?? (await repository());
}

/** Package files to rpm-md. */
async function repository(): Promise<string | undefined> {
  const missing = judgesMissing();
  if (missing !== false) {
    return missing;
  }
  const withoutInputs = missingInputs();
  if (withoutInputs !== false) {
    return withoutInputs;
  }
  const packages = repositoryPackages();
  const scratch = makeScratch('repository');
  const room = judgeRoom('repository');
  room.copyIn(`${outputs.repository}/Packages`, 'Packages');
  const createrepo = ['createrepo_c', '--quiet', '--general-compress-type=zstd', '--no-database'];
  const target = `${room.inside}/made`;
  const counted = (output: string) => output.trim();
  const peer = (name: string, workers: readonly string[]) => ({
    name,
    command: inJudgeTree(
      'sh',
      '-c',
      `"$@" && zstd -dc ${target}/repodata/*primary.xml.zst | grep -c '<package '`,
      'sh',
      ...createrepo,
      ...workers,
      `--outputdir=${target}`,
      room.inside,
    ),
    prepare: () => emptyDirectory(`${room.outside}/made`),
    result: (output: string) => `${counted(output)} packages`,
  });
  sideBySide({
    title: `repository: rpm-md of ${packages.length} packages (${megabytes(packages)})`,
    contenders: [
      {
        ...ours('repository', [outputs.repository, scratch]),
        prepare: () => emptyDirectory(scratch),
        result: counted,
      },
      peer('createrepo_c', []),
      peer('createrepo_c, 1 worker', ['--workers=1']),
    ],
    remarks: ['all read headers, hash every file (SHA-256) and write zstd metadata at level 10'],
  });
  return undefined;
}
