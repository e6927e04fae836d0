import type { OverlayMode } from '../overlay.ts';
import { parseHeader } from '../spec-line.ts';
import { preambleState, stateAfter } from '../spec-sections.ts';

/** What a line is text of, where it is no line of the spec itself. */
export type Embedding = 'macro' | 'here-document';

/**
 * The lines that rpm does not read as lines of the spec: bodies of `%define`, `%global` and `%{lua:`, continued by
 * backslash or brace, and here-documents of scripts. Overlays take headers in them for headers. One without an end
 * is no such text.
 */
export function embeddedText(lines: readonly string[], mode: OverlayMode): ReadonlyMap<number, Embedding> {
  const embedded = new Map<number, Embedding>();
  const endsAfter = new HereDocumentEnds(lines);
  const macros = new MacroBodies(lines);
  let state = preambleState;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] as string;
    state = stateAfter(state, parseHeader(line), mode);
    const word = state.type === 'script' ? hereDocumentWord(line) : undefined;
    const end = word === undefined ? macros.end(index) : endsAfter.next(word, index);
    for (let inside = index + 1; inside <= end; inside++) {
      embedded.set(inside, word === undefined ? 'macro' : 'here-document');
    }
    index = Math.max(index, end);
  }
  return embedded;
}

/** Where here-documents can end: lines that are one word. */
class HereDocumentEnds {
  /** In falling order, so that the next one is the last of the list. */
  readonly #lines = new Map<string, number[]>();

  constructor(lines: readonly string[]) {
    for (let index = lines.length - 1; index >= 0; index--) {
      const line = lines[index] as string;
      if (/^\t*\w+$/.test(line)) {
        const found = this.#lines.get(line.trim()) ?? [];
        found.push(index);
        this.#lines.set(line.trim(), found);
      }
    }
  }

  /** The first line after `start` that is the word; -1 when there is none. Asked with growing `start`. */
  next(word: string, start: number): number {
    const ends = this.#lines.get(word) ?? [];
    while ((ends.at(-1) ?? Number.POSITIVE_INFINITY) <= start) {
      ends.pop();
    }
    return ends.at(-1) ?? -1;
  }
}

function hereDocumentWord(line: string): string | undefined {
  const at = line.startsWith('#') ? -1 : line.indexOf('<<');
  return at < 0 ? undefined : /^<<-?[ \t]*(['"]?)\\?([A-Za-z_]\w*)\1/.exec(line.slice(at))?.[2];
}

const longestBody = 2000;

/** Where macro definitions and Lua blocks end. */
class MacroBodies {
  readonly #lines: readonly string[];
  /** Lines that may still be read: unclosed bodies would be read again and again. */
  #left: number;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
    this.#left = 4 * lines.length + longestBody;
  }

  /** The last line of the body that begins in `start`; -1 when there is none, or it is no more than that line. */
  end(start: number): number {
    const first = this.#lines[start] as string;
    if (!/%(?:define|global)\b|%\{(?:lua|expand):/.test(first) || first.startsWith('#')) {
      return -1;
    }
    let depth = 0;
    for (let index = start; index < Math.min(this.#lines.length, start + longestBody) && this.#left > 0; index++) {
      this.#left--;
      const line = this.#lines[index] as string;
      depth += braceDepth(line);
      if (depth <= 0 && !line.endsWith('\\')) {
        return index > start ? index : -1;
      }
    }
    return -1;
  }
}

function braceDepth(line: string): number {
  let depth = 0;
  for (const char of line) {
    depth += char === '{' ? 1 : char === '}' ? -1 : 0;
  }
  return depth;
}
