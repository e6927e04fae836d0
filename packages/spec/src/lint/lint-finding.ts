import type { SourcePosition } from '@slipway/core';
import { type LintCode, lintCatalogue } from './lint-codes.ts';
import type { LintedOverlay, OverlayFields } from './lint-input.ts';

/** Errors fail or are ignored when the component is rendered; warnings do something unintended; notes could be simpler. */
export type LintSeverity = 'error' | 'warning' | 'note';

export interface LintSuggestion {
  /** What to do, as an imperative. */
  readonly text: string;
  /** Fields to write into the overlay instead; a `type` among them makes it a whole new overlay. */
  readonly replacement?: OverlayFields;
}

export interface LintFinding {
  readonly code: LintCode;
  readonly severity: LintSeverity;
  /** Index in the list of overlays. */
  readonly overlay?: number;
  /** Where the project wrote the overlay, or the entry that the finding is about. */
  readonly at?: SourcePosition;
  /** Line of the spec from 1, counted in the text that the overlay is applied to. */
  readonly line?: number;
  readonly message: string;
  /** Why it matters. */
  readonly explanation: string;
  readonly suggestion?: LintSuggestion;
}

/** What a rule says; place, severity and explanation are added by `findingOf`. */
export interface FindingDraft {
  readonly code: LintCode;
  readonly message: string;
  /** Absent where the rule was asked about one overlay. */
  readonly overlay?: number;
  /** Where it is not the overlay that is wrong. */
  readonly at?: SourcePosition;
  readonly line?: number;
  readonly suggestion?: LintSuggestion;
  /** Where the spec proves more than the catalogue assumes. */
  readonly severity?: LintSeverity;
}

export function findingOf(draft: FindingDraft, overlays: readonly LintedOverlay[]): LintFinding {
  const { severity, why } = lintCatalogue[draft.code];
  const at = draft.at ?? (draft.overlay === undefined ? undefined : overlays[draft.overlay]?.overlay.at);
  return {
    code: draft.code,
    severity: draft.severity ?? severity,
    ...(draft.overlay !== undefined && { overlay: draft.overlay }),
    ...(at !== undefined && { at }),
    ...(draft.line !== undefined && { line: draft.line }),
    message: draft.message,
    explanation: why,
    ...(draft.suggestion !== undefined && { suggestion: draft.suggestion }),
  };
}

/** In order of overlays, then of lines, then by code. */
export function compareFindings(a: LintFinding, b: LintFinding): number {
  return (
    (a.overlay ?? Number.POSITIVE_INFINITY) - (b.overlay ?? Number.POSITIVE_INFINITY) ||
    (a.line ?? 0) - (b.line ?? 0) ||
    compareText(a.code, b.code) ||
    compareText(a.message, b.message)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
