import { list } from '../definition/collection-kinds.ts';
import type { Output } from '../definition/definition.ts';
import { choice, converted } from '../definition/scalar-kinds.ts';
import { table } from '../definition/table.ts';
import { httpUri, text } from './scalars.ts';

/** Why an overlay exists; azldev writes all but the first with the prefix `azl-`. */
export const overlayCategories = [
  'upstream-backport',
  'pruning',
  'compatibility',
  'temp-workaround',
  'branding-policy',
  'disable-flaky-tests',
  'disable-unsupported-tests',
  'security-compliance',
  'release-management',
  'platform-adaptation',
] as const;

export type OverlayCategory = (typeof overlayCategories)[number];

const azldevCategories = overlayCategories.map(azldevCategory);
const plainCategories = overlayCategories.filter((name) => name !== 'upstream-backport');

const category = converted(
  choice(azldevCategories, { since: 'slipway', words: plainCategories }),
  (name) => name.replace(/^azl-/, '') as OverlayCategory,
  azldevCategory,
).describe('Why the overlay exists; the prefix azl- may be left out.');

function azldevCategory(name: OverlayCategory): string {
  return name === 'upstream-backport' ? name : `azl-${name}`;
}

export const upstreamStatuses = [
  'upstreamed',
  'upstreamable',
  'needs-upstream-hook',
  'inapplicable',
  'unknown',
] as const;

const reference = table({ url: httpUri('Address of the commit or bug.') });

export const overlayMetadata = table({
  category,
  'upstream-status': choice(upstreamStatuses).describe('Whether the change is, can or cannot be made upstream.'),
  commits: list(reference).describe('Upstream commits that this overlay carries.').optional(),
  bugs: list(reference).describe('Reports that explain the overlay.').optional(),
  reason: text('Why the distribution deviates from upstream here, for the deviation report.')
    .since('slipway')
    .optional(),
})
  .check(['category', 'commits'], ({ category, commits = [] }, report) => {
    if (category === 'upstream-backport' && commits.length === 0) {
      report('an upstream-backport names at least one commit', ['commits']);
    }
  })
  .check(['category', 'upstream-status'], ({ category, upstreamStatus }, report) => {
    if (category === 'upstream-backport' && upstreamStatus !== 'upstreamed' && upstreamStatus !== 'upstreamable') {
      report('an upstream-backport is upstreamed or upstreamable', ['upstream-status']);
    }
  })
  .named('OverlayMetadata', 'Why an overlay exists and what becomes of it.')
  .since('august-2026');

export type OverlayMetadata = Output<typeof overlayMetadata>;
