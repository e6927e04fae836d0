import { SlipwayError } from '@slipway/core';
import { fromByteText } from './byte-text.ts';
import { nearestLines } from './nearest-lines.ts';
import type { OverlayMode } from './overlay.ts';
import { sectionsOf, tagsOf } from './spec-sections.ts';

interface Target {
  readonly section?: string;
  readonly package?: string;
}

/** The error for a section (or package) that is not there, with the headers that look most like it. */
export function noSection(lines: readonly string[], target: Target, mode: OverlayMode): SlipwayError {
  const wanted = [target.section, target.package].filter((part) => part !== undefined && part !== '').join(' ');
  const headers = sectionsOf(lines, mode).filter(({ name }) => name !== '');
  const nearest = nearestLines(
    headers.map(({ start }) => ({ line: start + 1, text: fromByteText(lines[start] as string) })),
    wanted,
  );
  return new SlipwayError('SPEC_NO_SECTION', `the spec has no section ${JSON.stringify(wanted)}`, {
    hint: 'write section and package exactly as the header has them',
    data: { nearest },
  });
}

/** The error for a tag that is not there, with the tags that look most like it. */
export function noTag(
  lines: readonly string[],
  wanted: { tag: string; value?: string },
  mode: OverlayMode,
): SlipwayError {
  const tags = sectionsOf(lines, mode).flatMap((section) => tagsOf(lines, section));
  const text = wanted.value ? `${wanted.tag}: ${wanted.value}` : wanted.tag;
  const nearest = nearestLines(
    tags.map(({ line }) => ({ line: line + 1, text: fromByteText(lines[line] as string) })),
    text,
  );
  return new SlipwayError('SPEC_NO_TAG', `the package has no tag ${JSON.stringify(text)}`, {
    hint: 'check the name, the value and the package of the tag',
    data: { nearest },
  });
}
