import { z } from 'zod';
import { text } from './scalars.ts';
import { namedTable, table } from './table.ts';

const commit = z.string().regex(/^[0-9a-f]{40}$/, 'must be a commit of 40 hexadecimal digits');

/** `<lock-dir>/<component>.lock` (overlays.md 4): azldev's keys, and one line per field of the identity. */
export const componentLock = table({
  version: z.literal(1),
  'import-commit': commit.describe('Upstream commit that the component was first taken from.').exactOptional(),
  'upstream-commit': commit.describe('Upstream commit that it is taken from now.').exactOptional(),
  'manual-bump': z.int().min(0).describe('Rebuilds that were asked for by hand.').exactOptional(),
  'input-fingerprint': text('Identity of the rendered inputs.').exactOptional(),
  'resolution-input-hash': text('Digest of what the upstream commit was chosen by.').exactOptional(),
  fields: namedTable(z.string()).describe('What the identity consists of: value, or its digest.').exactOptional(),
});

export type ComponentLock = z.output<typeof componentLock>;
