import { foreignTable, list } from '../definition/collection-kinds.ts';
import type { Output } from '../definition/definition.ts';
import { choice, string } from '../definition/scalar-kinds.ts';
import { table } from '../definition/table.ts';
import { about, filePath, text, textList } from './scalars.ts';

const pytest = table({
  'working-dir': filePath('Directory that pytest runs in.').optional(),
  'test-paths': textList('Test files or directories; globs are relative to working-dir.').optional(),
  'extra-args': list(string()).describe('Further arguments; {image-path} is replaced.').optional(),
  install: choice(['pyproject', 'requirements', 'none']).describe('How dependencies are installed.').optional(),
}).check(['install', 'working-dir'], ({ install = 'none', workingDir }, report) => {
  if (install !== 'none' && workingDir === undefined) {
    report(`install = "${install}" needs a working-dir`);
  }
});

const lisa = table({
  framework: table({
    'git-url': text('Repository of the framework.'),
    ref: string({ pattern: /^[0-9a-fA-F]{40}$/, must: 'must be a commit of 40 hexadecimal digits' }).describe(
      'Commit.',
    ),
  }).describe('Where the framework comes from.'),
  'test-cases': list(string({ minLength: 1 }), 1).describe('Names of the test cases.'),
  'pip-pre-install': textList('Packages to install before the framework.').optional(),
  'pip-extras': textList('Extras of the framework to install.').optional(),
  'extra-args': list(string()).describe('Further arguments.').optional(),
});

/** Tests as azldev 0.4 and later define and name them. */
export const foreignTests = foreignTable(
  'Slipway accepts this part of newer definitions but does not interpret it',
).since('october-2026');

export const testSuite = table({
  description: about.optional(),
  type: choice(['pytest', 'lisa']).describe('Framework of the suite.').since('august-2026').optional(),
  pytest: pytest.describe('Settings of a suite of type pytest.').since('august-2026').optional(),
  lisa: lisa.describe('Settings of a suite of type lisa.').since('august-2026').optional(),
}).check(['type', 'pytest', 'lisa'], (suite, report) => {
  const other = suite.type === 'pytest' ? 'lisa' : 'pytest';
  if (suite.type !== undefined && suite[other] !== undefined) {
    report(`a suite of type ${suite.type} has no ${other} table`, [other]);
  }
  if (suite.type !== undefined && suite[suite.type] === undefined) {
    report(`a suite of type ${suite.type} needs a ${suite.type} table`);
  }
});

export type TestSuite = Output<typeof testSuite>;
