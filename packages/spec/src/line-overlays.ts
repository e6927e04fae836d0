import { SlipwayError } from '@slipway/core';
import { toByteText } from './byte-text.ts';
import type { OverlayMode, SpecOverlay } from './overlay.ts';
import { noSection } from './overlay-target.ts';
import { packageOfHeader, parseHeader } from './spec-line.ts';
import { insertion, type LineSplice, type SpecLines } from './spec-lines.ts';
import { type SpecSection, sectionsOf } from './spec-sections.ts';

type LinesOverlay = Extract<SpecOverlay, { lines: readonly string[] }>;

/** After each header of the section; without a section at the top of the file. */
export function planPrependLines(lines: SpecLines, overlay: LinesOverlay, mode: OverlayMode): LineSplice[] {
  const inserted = overlay.lines.map(toByteText);
  if (!overlay.section && mode !== 'april-2026') {
    return [insertion(0, inserted)];
  }
  const found = targets(lines, overlay, mode);
  refuseEndless(inserted, found, mode);
  return found.map(({ body }) => insertion(body, inserted));
}

/** Before the next header; without a section at the end of the file, in April at the end of the preamble. */
export function planAppendLines(lines: SpecLines, overlay: LinesOverlay, mode: OverlayMode): LineSplice[] {
  const inserted = overlay.lines.map(toByteText);
  if (!overlay.section && mode !== 'april-2026') {
    return [insertion(lines.length, inserted)];
  }
  return targets(lines, overlay, mode).map(({ end }) => insertion(end, inserted));
}

function targets(lines: SpecLines, overlay: LinesOverlay, mode: OverlayMode): SpecSection[] {
  const name = toByteText(overlay.section ?? '');
  const packageName = toByteText(overlay.package ?? '');
  const found = sectionsOf(lines, mode).filter((section) => section.name === name && section.package === packageName);
  if (found.length === 0) {
    throw noSection(lines, overlay, mode);
  }
  return found;
}

/** azldev never ends when the last line it puts below a header is that header again. */
function refuseEndless(inserted: readonly string[], found: readonly SpecSection[], mode: OverlayMode): void {
  const last = parseHeader(inserted.at(-1) ?? '');
  const section = found[0] as SpecSection;
  const isSame = last?.name === section.name && packageOfHeader(last.type, last.tokens, mode) === section.package;
  if (isSame) {
    throw new SlipwayError('SPEC_OVERLAY_INVALID', `Cannot prepend the header ${section.name} to its own section`);
  }
}
