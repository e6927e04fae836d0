import type { SourcePosition } from '@slipway/core';
import type { OverlayMode } from '../overlay.ts';
import type { FindingDraft } from './lint-finding.ts';
import type { LintedOverlay, LintInput, OverlayFields } from './lint-input.ts';

/** One overlay as a rule sees it. */
export interface AskedOverlay {
  readonly linted: LintedOverlay;
  /** The overlay itself, as the record of fields that it is in the project. */
  readonly fields: OverlayFields;
  readonly mode: OverlayMode;
  readonly input: LintInput;
}

/** Looks at the text of one overlay. */
export type OverlayRule = (asked: AskedOverlay) => readonly FindingDraft[];

export type ListedOverlay = OverlayFields & { readonly at?: SourcePosition };

/** Looks at the overlays of a component together; says of which one it speaks. */
export type ListRule = (overlays: readonly ListedOverlay[], input: LintInput) => readonly FindingDraft[];

/** No finding, or the one. */
export function when(condition: boolean, draft: () => FindingDraft): readonly FindingDraft[] {
  return condition ? [draft()] : [];
}

/** As it stands in a message; long text is cut. */
export function shown(text: string): string {
  return JSON.stringify(text.length > shownLength ? `${text.slice(0, shownLength)}…` : text);
}

const shownLength = 80;
