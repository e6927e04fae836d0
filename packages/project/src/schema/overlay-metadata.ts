import { z } from 'zod';
import { httpUri, text } from './scalars.ts';
import { sinceAugust, sinceSlipway, table } from './table.ts';

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

const azldevCategories = overlayCategories.map((name) => (name === 'upstream-backport' ? name : `azl-${name}`));
const plainCategories = overlayCategories.filter((name) => name !== 'upstream-backport');

const category = z
  .union([z.enum(azldevCategories), z.enum(plainCategories).meta(sinceSlipway)])
  .describe('Why the overlay exists; the prefix azl- may be left out.')
  .transform((name) => name.replace(/^azl-/, '') as OverlayCategory);

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
  'upstream-status': z.enum(upstreamStatuses).describe('Whether the change is, can or cannot be made upstream.'),
  commits: z.array(reference).exactOptional().describe('Upstream commits that this overlay carries.'),
  bugs: z.array(reference).exactOptional().describe('Reports that explain the overlay.'),
  reason: text('Why the distribution deviates from upstream here, for the deviation report.')
    .meta(sinceSlipway)
    .exactOptional(),
})
  .superRefine((metadata, context) => {
    if (metadata.category !== 'upstream-backport') {
      return;
    }
    if ((metadata.commits ?? []).length === 0) {
      context.addIssue({
        code: 'custom',
        path: ['commits'],
        message: 'an upstream-backport names at least one commit',
      });
    }
    if (metadata.upstreamStatus !== 'upstreamed' && metadata.upstreamStatus !== 'upstreamable') {
      context.addIssue({
        code: 'custom',
        path: ['upstream-status'],
        message: 'an upstream-backport is upstreamed or upstreamable',
      });
    }
  })
  .meta({ id: 'OverlayMetadata', description: 'Why an overlay exists and what becomes of it.', ...sinceAugust });

export type OverlayMetadata = z.output<typeof overlayMetadata>;
