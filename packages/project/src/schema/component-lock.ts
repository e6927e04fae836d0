import { namedTable } from '../definition/collection-kinds.ts';
import type { Output } from '../definition/definition.ts';
import { integer, literal, string } from '../definition/scalar-kinds.ts';
import { table } from '../definition/table.ts';
import { text } from './scalars.ts';

const commit = string({ pattern: /^[0-9a-f]{40}$/, must: 'must be a commit of 40 hexadecimal digits' });

/** `<lock-dir>/<component>.lock` (overlays.md 4): azldev's keys, and one line per field of the identity. */
export const componentLock = table({
  version: literal(1),
  'import-commit': commit.describe('Upstream commit that the component was first taken from.').optional(),
  'upstream-commit': commit.describe('Upstream commit that it is taken from now.').optional(),
  'manual-bump': integer(0).describe('Rebuilds that were asked for by hand.').optional(),
  'input-fingerprint': text('Identity of the rendered inputs.').optional(),
  'resolution-input-hash': text('Digest of what the upstream commit was chosen by.').optional(),
  fields: namedTable(string()).describe('What the identity consists of: value, or its digest.').optional(),
});

export type ComponentLock = Output<typeof componentLock>;
