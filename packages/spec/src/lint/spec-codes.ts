import type { LintRule } from './lint-codes.ts';

/** Findings in what the overlays make of the spec. */
export const specCodes = {} as const satisfies Record<string, LintRule>;
