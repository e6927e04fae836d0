import { SlipwayError } from '@slipway/core';
import { fromByteText } from './byte-text.ts';
import { type NumberedLine, nearestLater, nearestLines } from './nearest-lines.ts';
import type { OverlayMode } from './overlay.ts';
import type { SpecLines } from './spec-lines.ts';
import { sectionsOf, tagsOf } from './spec-sections.ts';

interface Target {
  readonly section?: string;
  readonly package?: string;
}

/** The error for a section (or package) that is not there, with the headers that look most like it. */
export function noSection(lines: SpecLines, target: Target, mode: OverlayMode): SlipwayError {
  const wanted = [target.section, target.package].filter((part) => part !== undefined && part !== '').join(' ');
  return new SlipwayError('SPEC_NO_SECTION', `the spec has no section ${JSON.stringify(wanted)}`, {
    hint: 'write section and package exactly as the header has them',
    data: nearestLater(() => {
      const headers = sectionsOf(lines, mode).filter(({ name }) => name !== '');
      return nearestLines(
        headers.map(({ start }) => numbered(lines, start)),
        wanted,
      );
    }),
  });
}

/** The error for a tag that is not there, with the tags that look most like it. */
export function noTag(lines: SpecLines, wanted: { tag: string; value?: string }, mode: OverlayMode): SlipwayError {
  const text = wanted.value ? `${wanted.tag}: ${wanted.value}` : wanted.tag;
  return new SlipwayError('SPEC_NO_TAG', `the package has no tag ${JSON.stringify(text)}`, {
    hint: 'check the name, the value and the package of the tag',
    data: nearestLater(() => {
      const tags = sectionsOf(lines, mode).flatMap((section) => tagsOf(lines, section));
      return nearestLines(
        tags.map(({ line }) => numbered(lines, line)),
        text,
      );
    }),
  });
}

function numbered(lines: SpecLines, index: number): NumberedLine {
  return { line: index + 1, text: fromByteText(lines.at(index) as string) };
}
