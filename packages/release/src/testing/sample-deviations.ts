import type { Deviation, DeviationReport, MeasuredChange, SettingDeviation } from '../deviations/deviation.ts';

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
    measured: sampleChange(),
    since: { time: 1_763_650_800, author: 'Jo Maintainer' },
    ...facts,
  };
}

export function sampleChange(change: Partial<MeasuredChange> = {}): MeasuredChange {
  const diff = '--- a/bash.spec\n+++ b/bash.spec\n@@ -1,2 +1,2 @@\n Name: bash\n-%check\n+%check || :\n';
  return { linesAdded: 1, linesRemoved: 1, diff, ...change };
}

/** Skips the tests of a component. */
export function sampleSetting(facts: Partial<SettingDeviation> = {}): SettingDeviation {
  return {
    component: 'glib2',
    setting: 'build.check.skip',
    description: 'Skips the tests of the build',
    reason: 'They need a network.',
    at: { file: 'components/tests.toml', line: 3, lastLine: 4 },
    inheritedFrom: 'group untested',
    ...facts,
  };
}

/** Texts that break out of markup wherever they are not escaped. */
export const hostileText =
  '</pre></script><script>document.title="broken"</script><img src=x onerror=alert(1)>"\'`|\u001b[2J\u202e]]>&lt;';

export const sampleReport: DeviationReport = {
  distribution: { name: 'Slipway Linux', version: '1.0' },
  basis: 'built',
  componentsTotal: 1200,
  deviations: [
    sampleDeviation({
      component: 'zlib',
      category: 'upstream-backport',
      upstreamStatus: 'upstreamed',
      measured: sampleChange({ linesAdded: 30 }),
    }),
    sampleDeviation({
      overlay: { index: 1, type: 'spec-remove-tag' },
      description: '',
      measured: sampleChange({ linesRemoved: 7 }),
    }),
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
      measured: sampleChange({ diff: `${hostileText}\n\`\`\`\`\n` }),
      since: { time: 0, author: hostileText },
    }),
  ],
  settings: [
    sampleSetting(),
    sampleSetting({ component: 'git' }),
    sampleSetting({
      component: `s${hostileText}`,
      setting: 'build.defines',
      description: hostileText,
      reason: hostileText,
      reasonIsComment: true,
      at: { file: hostileText },
      inheritedFrom: hostileText,
      changed: { time: 0, author: hostileText },
    }),
  ],
};

/** Without category, status, reason, links, history and lines. */
export function bareDeviation(): Deviation {
  const { since: _since, measured: _measured, ...facts } = sampleDeviation({ reason: '', links: [] });
  return { ...facts, component: 'bare', category: undefined, upstreamStatus: undefined, at: { file: 'bare.toml' } };
}
