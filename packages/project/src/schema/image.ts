import { z } from 'zod';
import { about, channel, filePath, flag, text } from './scalars.ts';
import { sinceSlipway, table } from './table.ts';

const definition = z.discriminatedUnion('type', [
  table({
    type: z.literal('kiwi'),
    path: filePath('The kiwi description.'),
    profile: text('Profile of the description.').exactOptional(),
  }),
  table({
    type: z.literal('slipway').meta(sinceSlipway),
    path: filePath('The image definition.'),
  }),
]);

export const imageConfig = table({
  description: about.exactOptional(),
  definition: definition.describe('What the image is made from.').exactOptional(),
  capabilities: table({
    'machine-bootable': flag('Boots on a machine.').exactOptional(),
    container: flag('Runs in a container.').exactOptional(),
    systemd: flag('Runs systemd as its first process.').exactOptional(),
    'runtime-package-management': flag('Can install packages while it runs.').exactOptional(),
  })
    .describe('What the image can do; omitted: not stated.')
    .exactOptional(),
  tests: table({
    'test-suites': z
      .array(table({ name: text('An entry of test-suites.') }))
      .describe('Suites that apply to it.')
      .exactOptional(),
  })
    .describe('How it is tested.')
    .exactOptional(),
  publish: table({ channels: z.array(channel('Channel.')).describe('Channels of the image.').exactOptional() })
    .describe('Where it is published.')
    .exactOptional(),
}).meta({ id: 'Image', description: 'An image of the distribution.' });

export type ImageConfig = z.output<typeof imageConfig>;
