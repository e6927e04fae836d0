import { list } from '../definition/collection-kinds.ts';
import type { Output } from '../definition/definition.ts';
import { literal } from '../definition/scalar-kinds.ts';
import { table, tagged } from '../definition/table.ts';
import { about, channel, filePath, flag, text, textList } from './scalars.ts';
import { foreignTests } from './test-suite.ts';

const definition = tagged([
  table({
    type: literal('kiwi'),
    path: filePath('The kiwi description.'),
    profile: text('Profile of the description.').optional(),
  }),
  table({
    type: literal('slipway').since('slipway'),
    path: filePath('The image definition.'),
  }),
]);

export const imageConfig = table({
  description: about.optional(),
  definition: definition.describe('What the image is made from.').optional(),
  architectures: textList('Architectures that it is made for; omitted: not stated.').since('october-2026').optional(),
  capabilities: table({
    'machine-bootable': flag('Boots on a machine.').optional(),
    container: flag('Runs in a container.').optional(),
    systemd: flag('Runs systemd as its first process.').optional(),
    'runtime-package-management': flag('Can install packages while it runs.').optional(),
  })
    .describe('What the image can do; omitted: not stated.')
    .optional(),
  tests: table({
    'test-suites': list(table({ name: text('An entry of test-suites.') }))
      .describe('Suites that apply to it.')
      .optional(),
    tests: list(foreignTests).describe('Entries of tests and test-groups; not interpreted.').optional(),
  })
    .describe('How it is tested.')
    .optional(),
  publish: table({ channels: list(channel('Channel.')).describe('Channels of the image.').optional() })
    .describe('Where it is published.')
    .optional(),
}).named('Image', 'An image of the distribution.');

export type ImageConfig = Output<typeof imageConfig>;
