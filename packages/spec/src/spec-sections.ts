import type { OverlayMode } from './overlay.ts';
import { packageOfHeader, parseLine, type SectionType, type SpecLine } from './spec-line.ts';

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
export function stateAfter(state: SectionState, line: SpecLine, mode: OverlayMode): SectionState {
  return line.kind === 'header'
    ? { name: line.name, type: line.type, package: packageOfHeader(line.type, line.tokens, mode) }
    : state;
}

/** The sections in order, the preamble first; together they are the whole text. */
export function sectionsOf(lines: readonly string[], mode: OverlayMode): SpecSection[] {
  const sections: SpecSection[] = [];
  let current = { ...preambleState, start: 0, body: 0 };
  lines.forEach((text, index) => {
    const line = parseLine(text, current.type);
    if (line.kind === 'header') {
      sections.push({ ...current, end: index });
      current = { ...stateAfter(current, line, mode), start: index, body: index + 1 };
    }
  });
  return [...sections, { ...current, end: lines.length }];
}

/** The tags of a package-type section; none for others. */
export function tagsOf(lines: readonly string[], section: SpecSection): TagLine[] {
  const tags: TagLine[] = [];
  if (section.type === 'package') {
    for (let index = section.body; index < section.end; index++) {
      const line = parseLine(lines[index] as string, section.type);
      if (line.kind === 'tag') {
        tags.push({ line: index, tag: line.tag, value: line.value });
      }
    }
  }
  return tags;
}
