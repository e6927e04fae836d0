import { SlipwayError } from '@slipway/core';
import { toByteText } from './byte-text.ts';
import type { OverlayMode, SpecOverlay } from './overlay.ts';
import { noSection } from './overlay-target.ts';
import { packageOfHeader, parseLine } from './spec-line.ts';
import { type SpecSection, sectionsOf } from './spec-sections.ts';

type LinesOverlay = Extract<SpecOverlay, { lines: readonly string[] }>;

export function insertAt(lines: readonly string[], at: number, inserted: readonly string[]): string[] {
  return [...lines.slice(0, at), ...inserted, ...lines.slice(at)];
}

/** After each header of the section; without a section at the top of the file. */
export function prependLines(lines: readonly string[], overlay: LinesOverlay, mode: OverlayMode): string[] {
  const inserted = overlay.lines.map(toByteText);
  if (!overlay.section && mode !== 'april-2026') {
    return [...inserted, ...lines];
  }
  const found = targets(lines, overlay, mode);
  refuseEndless(inserted, found, mode);
  return found.reduceRight<string[]>((result, { body }) => insertAt(result, body, inserted), [...lines]);
}

/** Before the next header; without a section at the end of the file, in April at the end of the preamble. */
export function appendLines(lines: readonly string[], overlay: LinesOverlay, mode: OverlayMode): string[] {
  const inserted = overlay.lines.map(toByteText);
  if (!overlay.section && mode !== 'april-2026') {
    return [...lines, ...inserted];
  }
  const found = targets(lines, overlay, mode);
  return found.reduceRight<string[]>((result, { end }) => insertAt(result, end, inserted), [...lines]);
}

function targets(lines: readonly string[], overlay: LinesOverlay, mode: OverlayMode): SpecSection[] {
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
  const last = parseLine(inserted.at(-1) ?? '', 'script');
  const section = found[0] as SpecSection;
  if (
    last.kind === 'header' &&
    last.name === section.name &&
    packageOfHeader(last.type, last.tokens, mode) === section.package
  ) {
    throw new SlipwayError('SPEC_OVERLAY_INVALID', `Cannot prepend the header ${section.name} to its own section`);
  }
}
