import { join } from 'node:path';
import { judgesMissing } from '../test/support/judge-tree.ts';
import { generatePackages } from './generated-packages.ts';
import { inJudgeTree, judgeRoom, ours } from './inputs.ts';
import { missingHarness, sideBySide } from './side-by-side.ts';

const small = { count: 1000, filesEach: 20, fileBytes: 1000, format: 4 } as const;
const large = { count: 4, filesEach: 1, fileBytes: 50_000_000, format: 6 } as const;

/** Headers and digests of made packages against rpm and rpmkeys. */
export async function rpm(): Promise<string | undefined> {
  const missing = missingHarness() || judgesMissing();
  if (missing !== false) {
    return missing;
  }
  const { outside, inside } = judgeRoom('rpm');
  await generatePackages(join(outside, 'small'), small);
  await generatePackages(join(outside, 'large'), large);
  const all = (command: string, directory: string) =>
    inJudgeTree('sh', '-c', `exec ${command} ${inside}/${directory}/*.rpm`);
  const counted = (pattern: RegExp) => (output: string) => `${output.match(pattern)?.length ?? 0} packages`;
  const lastLine = (output: string) => output.trimEnd().split('\n').at(-1) ?? '';
  const noChecks = `--dbpath ${inside}/db --nosignature --nodigest`;
  const read = [
    ['names', '--qf "%{NEVRA}\\n"', /^made-/gm],
    ['headers as JSON', '--json', /^ {4}"Name":/gm],
  ] as const;
  for (const [what, form, pattern] of read) {
    sideBySide({
      title: `rpm: ${what} of ${small.count} package files with ${small.filesEach} files each`,
      contenders: [
        { ...ours('rpm-query', [join(outside, 'small'), form]), result: lastLine },
        { name: 'rpm -qp', command: all(`rpm -qp ${noChecks} ${form}`, 'small'), result: counted(pattern) },
      ],
    });
  }
  for (const [directory, what] of [
    ['small', `${small.count} small packages of format 4`],
    ['large', `${large.count} packages of format 6 with ${large.fileBytes / 1e6} MB each`],
  ] as const) {
    sideBySide({
      title: `rpm: digests of ${what}`,
      contenders: [
        { ...ours('rpm-digests', [join(outside, directory)]), result: lastLine },
        {
          name: 'rpmkeys -K',
          command: all(`rpmkeys --dbpath ${inside}/db -K --nosignature`, directory),
          result: counted(/: digests OK$/gm),
        },
      ],
    });
  }
  return undefined;
}
