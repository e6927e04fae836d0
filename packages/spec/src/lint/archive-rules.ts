import { checkArchiveOverlays } from '../archive/check-archive-overlays.ts';
import type { FindingDraft } from './lint-finding.ts';
import type { LintInput, OverlayFields } from './lint-input.ts';

/** Overlays inside archives and the `source-files` entries that they need (overlays.md 2.7). */
export function archiveEntries(_fields: readonly OverlayFields[], input: LintInput): FindingDraft[] {
  const overlays = input.overlays.map(({ overlay }) => overlay);
  const errors = input.sourceFiles === undefined ? [] : checkArchiveOverlays(overlays, input.sourceFiles);
  return errors.map(({ message, hint, at }) => {
    const overlay = at === undefined ? -1 : overlays.findIndex((each) => each.at === at);
    return {
      code: 'archive-entry',
      message,
      ...(overlay >= 0 && { overlay }),
      ...(at !== undefined && { at }),
      ...(hint !== undefined && { suggestion: { text: hint } }),
    };
  });
}
