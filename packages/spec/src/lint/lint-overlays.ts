import { archiveEntries } from './archive-rules.ts';
import { fileFindings, removedFiles, unmatchedFiles } from './file-rules.ts';
import { compareFindings, type FindingDraft, findingOf, type LintFinding } from './lint-finding.ts';
import type { LintInput } from './lint-input.ts';
import type { ListRule, OverlayRule } from './lint-rule.ts';
import { reasonFindings } from './reason-rules.ts';
import { regexFindings } from './regex-rules.ts';
import { selectorFindings } from './selector-rules.ts';
import {
  duplicates,
  removedTargets,
  replacementsUndone,
  tagsSetTwice,
  tagsUndone,
  unbalancedLines,
} from './sequence-rules.ts';
import { settingFindings } from './setting-rules.ts';
import { simplerOverlays } from './simpler-rules.ts';
import { specFindings } from './spec-findings.ts';
import { tagFindings } from './tag-rules.ts';

const overlayRules: readonly OverlayRule[] = [
  reasonFindings,
  regexFindings,
  selectorFindings,
  tagFindings,
  fileFindings,
];

const listRules: readonly ListRule[] = [
  duplicates,
  tagsSetTwice,
  tagsUndone,
  replacementsUndone,
  removedTargets,
  unbalancedLines,
  simplerOverlays,
  unmatchedFiles,
  removedFiles,
  archiveEntries,
];

/**
 * What is suspicious about the overlays of a component, without building it: in their text, in their order, and with a
 * spec in what each does to it; and about its other settings. Overlays that fail are left out and the rest goes on. Deterministic, in order of the
 * overlays; never throws for bad overlays or specs. Rules: docs/reference/lint.md.
 */
export function lintOverlays(input: LintInput): LintFinding[] {
  const fields = input.overlays.map(({ overlay }) => overlay);
  const drafts: FindingDraft[] = [
    ...textFindings(input),
    ...listRules.flatMap((rule) => rule(fields, input)),
    ...specFindings(input),
    ...settingFindings(input),
  ];
  return withoutRepetition(drafts)
    .map((draft) => findingOf(draft, input.overlays))
    .sort(compareFindings);
}

function textFindings(input: LintInput): FindingDraft[] {
  const mode = input.mode ?? 'august-2026';
  return input.overlays.flatMap((linted, overlay) => {
    if (linted.ownedHere === false) {
      return [];
    }
    const asked = { linted, fields: linted.overlay, mode, input };
    return overlayRules.flatMap((rule) => rule(asked)).map((draft) => ({ ...draft, overlay }));
  });
}

/** What follows from another finding, of the same overlay or the next one, is not said as well. */
const implied: Partial<Record<FindingDraft['code'], { next: 0 | 1; codes: readonly FindingDraft['code'][] }>> = {
  'duplicate-overlay': { next: 0, codes: ['target-removed', 'overlay-undone', 'glob-matches-nothing'] },
  'conditionals-unpaired': { next: 0, codes: ['lines-unbalanced'] },
  'prefer-set-tag': { next: 1, codes: ['add-single-tag'] },
};

function withoutRepetition(drafts: readonly FindingDraft[]): FindingDraft[] {
  const silent = new Set(
    drafts.flatMap(({ code, overlay = -1 }) => {
      const { next = 0, codes = [] } = implied[code] ?? {};
      return codes.map((each) => `${overlay + next} ${each}`);
    }),
  );
  return drafts.filter(({ code, overlay }) => !silent.has(`${overlay} ${code}`));
}
