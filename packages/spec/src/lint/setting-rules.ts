import type { FindingDraft } from './lint-finding.ts';
import type { LintInput } from './lint-input.ts';

/** What a component says beside its overlays, and where it says it. */
export function settingFindings({ component, settings = [], namedAfter }: LintInput): FindingDraft[] {
  const unexplained = settings.filter(({ reason }) => !reason?.trim());
  return [
    ...unexplained.map(
      ({ key, at }): FindingDraft => ({
        code: 'unexplained-setting',
        at,
        message: `nothing says why ${key} is set`,
        suggestion: { text: 'write a comment above it: what it is for, and when it can go' },
      }),
    ),
    ...(namedAfter === undefined ? [] : [misplaced(component, namedAfter)]),
  ];
}

function misplaced(component: string, { component: other, at }: NonNullable<LintInput['namedAfter']>): FindingDraft {
  return {
    code: 'misplaced-component',
    at,
    message: `the file that defines it is named after the component ${other}, which another file defines`,
    suggestion: { text: `move [components.${component}] to a file of its own name` },
  };
}
