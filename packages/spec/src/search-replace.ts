import { SlipwayError } from '@slipway/core';
import { fromByteText, toByteText } from './byte-text.ts';
import { nearestLines } from './nearest-lines.ts';
import type { OverlayMode, SpecOverlay } from './overlay.ts';
import { Re2 } from './re2.ts';
import { parseLine } from './spec-line.ts';
import { preambleState, type SectionState, stateAfter } from './spec-sections.ts';

type SearchReplace = Extract<SpecOverlay, { type: 'spec-search-replace' }>;

/**
 * Line by line, never in headers. Text that becomes a header ends its section for this overlay already. At least one
 * line must change.
 */
export function searchReplace(lines: readonly string[], overlay: SearchReplace, mode: OverlayMode): string[] {
  const expression = new Re2(overlay.regex ?? '');
  const isTarget = targetTest(overlay);
  let state = preambleState;
  let changed = false;
  const result = lines.map((line) => {
    let parsed = parseLine(line, state.type);
    let text = line;
    if (parsed.kind !== 'header' && isTarget(state)) {
      text = expression.replaceAll(line, overlay.replacement ?? '');
      changed ||= text !== line;
      parsed = parseLine(text, state.type);
    }
    state = stateAfter(state, parsed, mode);
    return text;
  });
  if (!changed) {
    throw noMatch(lines, overlay, mode);
  }
  return result;
}

/** An absent section means all, and so does an absent package. */
function targetTest(overlay: SearchReplace): (state: SectionState) => boolean {
  const section = toByteText(overlay.section ?? '');
  const packageName = toByteText(overlay.package ?? '');
  return (state) => (section === '' || state.name === section) && (packageName === '' || state.package === packageName);
}

function noMatch(lines: readonly string[], overlay: SearchReplace, mode: OverlayMode): SlipwayError {
  const isTarget = targetTest(overlay);
  let state = preambleState;
  const candidates = lines.flatMap((line, index) => {
    const parsed = parseLine(line, state.type);
    state = stateAfter(state, parsed, mode);
    return parsed.kind !== 'header' && isTarget(state) ? [{ line: index + 1, text: fromByteText(line) }] : [];
  });
  const place = [overlay.section, overlay.package].filter(Boolean).join(' ') || 'the spec';
  return new SlipwayError('SPEC_NO_MATCH', `no line of ${place} is changed by ${JSON.stringify(overlay.regex ?? '')}`, {
    hint: 'lines are matched one by one in RE2 syntax, and headers never; a literal { or ? needs a backslash',
    data: { nearest: nearestLines(candidates, literalsOf(overlay.regex ?? '')) },
  });
}

/** Roughly the text that an expression wants to see. */
function literalsOf(regex: string): string {
  return regex.replace(/\\([^0-9A-Za-z])/g, '$1').replace(/\\[A-Za-z]|[\^$()*+|]|\.[*+?]/g, '');
}
