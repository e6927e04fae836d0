import { SlipwayError } from '@slipway/core';
import { fromByteText, toByteText } from './byte-text.ts';
import { type NumberedLine, nearestLater, nearestLines } from './nearest-lines.ts';
import type { OverlayMode, SpecOverlay } from './overlay.ts';
import { Re2 } from './re2.ts';
import { parseHeader } from './spec-line.ts';
import type { LineSplice, SpecLines } from './spec-lines.ts';
import { type SectionState, sectionsOf, stateAfter } from './spec-sections.ts';

type SearchReplace = Extract<SpecOverlay, { type: 'spec-search-replace' }>;

/**
 * Line by line, never in headers. Text that becomes a header ends its section for this overlay already. At least one
 * line must change.
 */
export function planSearchReplace(lines: SpecLines, overlay: SearchReplace, mode: OverlayMode): LineSplice[] {
  const expression = new Re2(overlay.regex ?? '');
  const isTarget = targetTest(overlay);
  const splices: LineSplice[] = [];
  for (const section of sectionsOf(lines, mode)) {
    let state: SectionState = section;
    for (let index = section.body; index < section.end && isTarget(state); index++) {
      const line = lines.at(index) as string;
      const text = expression.replaceAll(line, overlay.replacement ?? '');
      if (text !== line) {
        splices.push({ at: index, removed: 1, inserted: [text] });
        state = stateAfter(state, parseHeader(text), mode);
      }
    }
  }
  if (splices.length === 0) {
    throw noMatch(lines, overlay, mode);
  }
  return splices;
}

/** An absent section means all, and so does an absent package. */
function targetTest(overlay: SearchReplace): (state: SectionState) => boolean {
  const section = toByteText(overlay.section ?? '');
  const packageName = toByteText(overlay.package ?? '');
  return (state) => (section === '' || state.name === section) && (packageName === '' || state.package === packageName);
}

function noMatch(lines: SpecLines, overlay: SearchReplace, mode: OverlayMode): SlipwayError {
  const place = [overlay.section, overlay.package].filter(Boolean).join(' ') || 'the spec';
  const shown = JSON.stringify((overlay.regex ?? '').slice(0, shownCharacters));
  return new SlipwayError('SPEC_NO_MATCH', `no line of ${place} is changed by ${shown}`, {
    hint: 'lines are matched one by one in RE2 syntax, and headers never; a literal { or ? needs a backslash',
    data: nearestLater(() => nearestLines(candidates(lines, overlay, mode), literalsOf(overlay.regex ?? ''))),
  });
}

const shownCharacters = 200;

function candidates(lines: SpecLines, overlay: SearchReplace, mode: OverlayMode): NumberedLine[] {
  return sectionsOf(lines, mode)
    .filter(targetTest(overlay))
    .flatMap(({ body, end }) =>
      lines.slice(body, end).map((text, index) => ({ line: body + index + 1, text: fromByteText(text) })),
    );
}

/** Roughly the text that an expression wants to see. */
function literalsOf(regex: string): string {
  return regex.replace(/\\([^0-9A-Za-z])/g, '$1').replace(/\\[A-Za-z]|[\^$()*+|]|\.[*+?]/g, '');
}
