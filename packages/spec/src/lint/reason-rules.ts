import type { FindingDraft } from './lint-finding.ts';
import { type AskedOverlay, when } from './lint-rule.ts';

/** Why an overlay exists: every one says so, and without contradiction. */
export function reasonFindings(asked: AskedOverlay): readonly FindingDraft[] {
  return [...missingReason(asked), ...contradiction(asked)];
}

function missingReason({ linted: { overlay, reason } }: AskedOverlay): readonly FindingDraft[] {
  const said = overlay.description?.trim() || reason?.trim() || overlay.metadata;
  return when(!said, () => ({
    code: 'missing-reason',
    message: `${overlay.type} has no description and no metadata`,
    suggestion: {
      text: 'say in "description" what it is for and when it can go: comments of the file reach no report',
    },
  }));
}

/** Changes that are about this distribution alone. */
const ownCategories = new Set(['branding-policy', 'release-management']);
const upstreamStatuses = new Set(['upstreamed', 'upstreamable']);

function contradiction({ linted: { overlay } }: AskedOverlay): readonly FindingDraft[] {
  const { metadata } = overlay;
  const reason = metadata && contradictionIn(metadata);
  return when(reason !== undefined, () => ({ code: 'metadata-contradiction', message: reason ?? '' }));
}

type Metadata = NonNullable<AskedOverlay['linted']['overlay']['metadata']>;

function contradictionIn({ category, upstreamStatus, commits = [] }: Metadata): string | undefined {
  const name = category.replace(/^azl-/, '');
  if (name === 'upstream-backport' && upstreamStatus !== undefined && !upstreamStatuses.has(upstreamStatus)) {
    return `an upstream-backport cannot have the upstream status ${upstreamStatus}`;
  }
  if (name === 'upstream-backport' && commits.length === 0) {
    return 'an upstream-backport names no commit';
  }
  if (ownCategories.has(name) && upstreamStatus === 'upstreamed') {
    return `a change of category ${name} is only of this distribution and cannot be upstreamed`;
  }
  if (upstreamStatus === 'inapplicable' && commits.length > 0) {
    return 'upstream has no use for the change, and yet commits of upstream are named';
  }
  const urls = commits.map(({ url }) => url);
  return new Set(urls).size < urls.length ? 'the same commit is named twice' : undefined;
}
