import { SlipwayError } from '@slipway/core';
import { toByteText } from './byte-text.ts';
import { balanceRanges, type LineRange } from './conditionals.ts';
import type { OverlayMode, SpecOverlay } from './overlay.ts';
import { noSection } from './overlay-target.ts';
import { type LineSplice, removal, type SpecLines } from './spec-lines.ts';
import { type SpecSection, sectionsOf } from './spec-sections.ts';

type RemoveSection = Extract<SpecOverlay, { type: 'spec-remove-section' }>;
type RemoveSubpackage = Extract<SpecOverlay, { type: 'spec-remove-subpackage' }>;

/** Removes header and body of every section with exactly this name and package; in April only of the first. */
export function planRemoveSection(lines: SpecLines, overlay: RemoveSection, mode: OverlayMode): LineSplice[] {
  const name = toByteText(overlay.section ?? '');
  const packageName = toByteText(overlay.package ?? '');
  if (name === '') {
    throw new SlipwayError('SPEC_OVERLAY_INVALID', 'Cannot remove the preamble of a spec', { hint: 'name a section' });
  }
  const found = sectionsOf(lines, mode).filter((section) => section.name === name && section.package === packageName);
  return withoutSections(lines, found, { mode, missing: () => noSection(lines, overlay, mode) });
}

/** Removes every section of a package, whatever its kind, in one balanced step. August only. */
export function planRemoveSubpackage(lines: SpecLines, overlay: RemoveSubpackage, mode: OverlayMode): LineSplice[] {
  const packageName = toByteText(overlay.package ?? '');
  if (mode === 'april-2026' || packageName === '') {
    const reason = packageName === '' ? 'without a name' : 'in a project of April 2026: the overlay type is newer';
    throw new SlipwayError('SPEC_OVERLAY_INVALID', `Cannot remove a subpackage ${reason}`);
  }
  const found = sectionsOf(lines, mode).filter((section) => section.package === packageName);
  return withoutSections(lines, found, { mode, missing: () => noSection(lines, overlay, mode) });
}

interface Removal {
  readonly mode: OverlayMode;
  readonly missing: () => SlipwayError;
}

function withoutSections(lines: SpecLines, found: readonly SpecSection[], { mode, missing }: Removal): LineSplice[] {
  if (found.length === 0) {
    throw missing();
  }
  const ranges: readonly LineRange[] = mode === 'april-2026' ? found.slice(0, 1) : balanceRanges(lines, found);
  return ranges.map(({ start, end }) => removal(start, end - start));
}
