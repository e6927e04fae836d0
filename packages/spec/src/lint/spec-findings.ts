import { hasEffect } from '../overlay-effect.ts';
import { withPlainLineEnds } from '../spec-lines.ts';
import { failureFindings, misreadRegex } from './failure-rules.ts';
import type { FindingDraft } from './lint-finding.ts';
import type { LintInput } from './lint-input.ts';
import { isStep, type LintStep, tryOverlays } from './lint-steps.ts';
import { matchFindings } from './match-rules.ts';
import { packageFindings } from './package-rules.ts';
import { patchFindings } from './patch-rules.ts';
import { placementFindings } from './placement-rules.ts';
import { emptiedConditionals, leftovers } from './removal-rules.ts';
import { tagStepFindings } from './tag-step-rules.ts';

const stepRules = [
  placementFindings,
  tagStepFindings,
  misreadRegex,
  matchFindings,
  packageFindings,
  emptiedConditionals,
];

/** What the overlays do to the spec, each tried on what the ones before it made of it. */
export function specFindings(input: LintInput): readonly FindingDraft[] {
  if (input.spec === undefined) {
    return [];
  }
  const drafts: FindingDraft[] = [];
  const result = tryOverlays(input, (seen) => {
    drafts.push(...(isStep(seen) ? stepFindings(seen).map((draft) => ({ overlay: seen.overlay, ...draft })) : [seen]));
  });
  if ('code' in result) {
    return [result];
  }
  const { final } = result;
  return final === undefined
    ? drafts
    : [...drafts, ...leftovers(result, final), ...patchFindings(result, final, input)];
}

function stepFindings(step: LintStep): readonly FindingDraft[] {
  if (step.failure !== undefined) {
    return failureFindings(step);
  }
  return hasNoEffect(step) ? [noEffect] : stepRules.flatMap((rule) => rule(step));
}

const noEffect: FindingDraft = {
  code: 'no-effect',
  message: 'the spec is the same afterwards',
  suggestion: { text: 'upstream has what the overlay asks for: remove the overlay' },
};

function hasNoEffect({ fields, before, after }: LintStep): boolean {
  return !hasEffect(fields, withPlainLineEnds(before.text), withPlainLineEnds(after.text));
}
