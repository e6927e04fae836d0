import type { Deviation, DeviationReport } from '../deviations/deviation.ts';

export function sampleDeviation(facts: Partial<Deviation> = {}): Deviation {
  return {
    component: 'bash',
    kind: 'source',
    overlay: { index: 0, type: 'spec-add-tag' },
    description: 'Skips the network tests',
    reason: 'The build root has no network.',
    category: 'disable-unsupported-tests',
    upstreamStatus: 'upstreamable',
    links: [{ kind: 'commit', url: 'https://example.org/commit/0123456789abcdef0123456789abcdef01234567' }],
    at: { file: 'components/bash.toml', line: 12 },
    linesAdded: 1,
    linesRemoved: 1,
    diff: '--- a/bash.spec\n+++ b/bash.spec\n@@ -1,2 +1,2 @@\n Name: bash\n-%check\n+%check || :\n',
    since: { time: 1_763_650_800, author: 'Jo Maintainer' },
    ...facts,
  };
}

/** Texts that break out of markup wherever they are not escaped. */
export const hostileText =
  '</pre></script><script>document.title="broken"</script><img src=x onerror=alert(1)>"\'`|\u001b[2J\u202e]]>&lt;';

export const sampleReport: DeviationReport = {
  distribution: { name: 'Slipway Linux', version: '1.0' },
  componentsTotal: 1200,
  componentsChanged: 3,
  deviations: [
    sampleDeviation({ component: 'zlib', category: 'upstream-backport', upstreamStatus: 'upstreamed', linesAdded: 30 }),
    sampleDeviation({ overlay: { index: 1, type: 'spec-remove-tag' }, description: '', linesRemoved: 7 }),
    sampleDeviation(),
    sampleDeviation({
      component: `h${hostileText}`,
      kind: 'import',
      description: hostileText,
      reason: hostileText,
      category: hostileText,
      upstreamStatus: hostileText,
      links: [
        { kind: 'bug', url: `javascript:${hostileText}` },
        { kind: 'bug', url: `https://example.org/${hostileText}` },
      ],
      at: { file: hostileText },
      diff: `${hostileText}\n\`\`\`\`\n`,
      since: { time: 0, author: hostileText },
    }),
  ],
};

/** Without category, status, links, author and diff. */
export function bareDeviation(): Deviation {
  const { since: _since, ...facts } = sampleDeviation({ category: undefined, upstreamStatus: undefined, reason: '' });
  return { ...facts, component: 'bare', links: [], diff: '', at: { file: 'bare.toml' } };
}
