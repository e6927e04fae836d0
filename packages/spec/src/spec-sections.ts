import type { OverlayMode } from './overlay.ts';
import { type Header, packageOfHeader, parseHeader, parseTag, type SectionType } from './spec-line.ts';
import type { SpecLines } from './spec-lines.ts';

/** Which section a line is in. */
export interface SectionState {
  /** As written; empty for the preamble. */
  readonly name: string;
  readonly type: SectionType;
  readonly package: string;
}

export interface SpecSection extends SectionState {
  /** Index of the header line; 0 for the preamble, which has none. */
  readonly start: number;
  /** Index of the first line of the body. */
  readonly body: number;
  /** Index after the last line: the next header, or the end of the text. */
  readonly end: number;
}

export interface TagLine {
  readonly line: number;
  readonly tag: string;
  readonly value: string;
}

export const preambleState: SectionState = { name: '', type: 'package', package: '' };

/** The section after a line: another one when the line is a header. */
export function stateAfter(state: SectionState, header: Header | undefined, mode: OverlayMode): SectionState {
  return header === undefined
    ? state
    : { name: header.name, type: header.type, package: packageOfHeader(header.type, header.tokens, mode) };
}

/** The sections in order, the preamble first; together they are the whole text. */
export function sectionsOf(lines: SpecLines, mode: OverlayMode): SpecSection[] {
  const sections: SpecSection[] = [];
  let current = { ...preambleState, start: 0, body: 0 };
  for (let index = 0; index < lines.length; index++) {
    const header = lines.mayBeDirective(index) ? parseHeader(lines.at(index) as string) : undefined;
    if (header !== undefined) {
      sections.push({ ...current, end: index });
      current = { ...stateAfter(current, header, mode), start: index, body: index + 1 };
    }
  }
  sections.push({ ...current, end: lines.length });
  return sections;
}

/** The tags of a package-type section; none for others. */
export function tagsOf(lines: SpecLines, section: SpecSection): TagLine[] {
  const tags: TagLine[] = [];
  if (section.type === 'package') {
    for (let index = section.body; index < section.end; index++) {
      const found = parseTag(lines.at(index) as string);
      if (found !== undefined) {
        tags.push({ line: index, tag: found.tag, value: found.value });
      }
    }
  }
  return tags;
}
