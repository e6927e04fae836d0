import { join } from 'node:path';
import { judgesMissing } from '../test/support/judge-tree.ts';
import { generatePackages } from './generated-packages.ts';
import { inJudgeTree, judgeRoom, ours } from './inputs.ts';
import { emptyDirectory, makeScratch } from './scratch.ts';
import { missingHarness, sideBySide } from './side-by-side.ts';

/** As many packages as a cloud image has, with the files of an average one. */
const wanted = { count: 260, filesEach: 150, fileBytes: 1000, format: 4 } as const;

/** The database of a system: recording its packages, and listing them. */
export async function rpmdb(): Promise<string | undefined> {
  const missing = missingHarness() || judgesMissing();
  if (missing !== false) {
    return missing;
  }
  const { outside, inside } = judgeRoom('rpmdb');
  const packages = join(outside, 'packages');
  await generatePackages(packages, wanted);
  const written = join(makeScratch('rpmdb'), 'rpmdb.sqlite');
  const database = join(outside, 'db');
  const counted = (output: string) => `${output.match(/^made-/gm)?.length ?? 0} packages`;
  const install = (name: string, checks: string) => ({
    name,
    command: inJudgeTree(
      'sh',
      '-c',
      `rpm --dbpath ${inside}/db -i --justdb --nodeps --noscripts ${checks} ${inside}/packages/*.rpm && ls ${inside}/packages`,
    ),
    prepare: () => emptyDirectory(database),
    result: counted,
  });
  const what = `${wanted.count} packages with ${wanted.filesEach} files each`;
  sideBySide({
    title: `rpmdb: the database of ${what}`,
    contenders: [
      { ...ours('rpmdb-write', [packages, written]), result: (output) => output.trim() },
      install('rpm -i --justdb', ''),
      install('rpm, no checks', '--nodigest --nosignature --noverify'),
    ],
    remarks: ['ours and the first of rpm check the digests of the packages and record two of each file'],
  });
  const query = `rpm --dbpath ${inside}/db -qa`;
  sideBySide({
    title: `rpmdb: a list of ${what}`,
    contenders: [
      {
        ...ours('rpmdb-read', [join(database, 'rpmdb.sqlite')]),
        result: (output) => output.trimEnd().split('\n').at(-1) ?? '',
      },
      { name: 'rpm -qa', command: inJudgeTree('sh', '-c', query), result: counted },
      {
        name: 'rpm -qa, no checks',
        command: inJudgeTree('sh', '-c', `${query} --nodigest --nosignature`),
        result: counted,
      },
    ],
    remarks: ['both read the database that rpm made'],
  });
  return undefined;
}
