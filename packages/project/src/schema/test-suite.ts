import { z } from 'zod';
import { about, filePath, text, textList } from './scalars.ts';
import { sinceAugust, table } from './table.ts';

const pytest = table({
  'working-dir': filePath('Directory that pytest runs in.').exactOptional(),
  'test-paths': textList('Test files or directories; globs are relative to working-dir.').exactOptional(),
  'extra-args': z.array(z.string()).describe('Further arguments; {image-path} is replaced.').exactOptional(),
  install: z.enum(['pyproject', 'requirements', 'none']).describe('How dependencies are installed.').exactOptional(),
}).superRefine((suite, context) => {
  if (suite.install !== undefined && suite.install !== 'none' && suite.workingDir === undefined) {
    context.addIssue({ code: 'custom', path: [], message: `install = "${suite.install}" needs a working-dir` });
  }
});

const lisa = table({
  framework: table({
    'git-url': text('Repository of the framework.'),
    ref: z
      .string()
      .regex(/^[0-9a-fA-F]{40}$/, 'must be a commit of 40 hexadecimal digits')
      .describe('Commit.'),
  }).describe('Where the framework comes from.'),
  'test-cases': z.array(z.string().min(1)).min(1).describe('Names of the test cases.'),
  'pip-pre-install': textList('Packages to install before the framework.').exactOptional(),
  'pip-extras': textList('Extras of the framework to install.').exactOptional(),
  'extra-args': z.array(z.string()).describe('Further arguments.').exactOptional(),
});

export const testSuite = table({
  description: about.exactOptional(),
  type: z.enum(['pytest', 'lisa']).describe('Framework of the suite.').meta(sinceAugust).exactOptional(),
  pytest: pytest.describe('Settings of a suite of type pytest.').meta(sinceAugust).exactOptional(),
  lisa: lisa.describe('Settings of a suite of type lisa.').meta(sinceAugust).exactOptional(),
}).superRefine((suite, context) => {
  const other = suite.type === 'pytest' ? 'lisa' : 'pytest';
  if (suite.type !== undefined && suite[other] !== undefined) {
    context.addIssue({ code: 'custom', path: [other], message: `a suite of type ${suite.type} has no ${other} table` });
  }
  if (suite.type === 'pytest' && suite.pytest === undefined) {
    context.addIssue({ code: 'custom', path: [], message: 'a suite of type pytest needs a pytest table' });
  }
});

export type TestSuite = z.output<typeof testSuite>;
