export interface PhysicalLine {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

type Brackets = '{' | '(' | '[';

const openers: Readonly<Record<string, Brackets>> = { '}': '{', ')': '(', ']': '[' };

/**
 * The lines as rpm reads them (build/parseSpec.c): one goes on while a macro's bracket is open or it ends with a
 * backslash. A bracket that is never closed, which rpm refuses, joins nothing.
 */
export function joinLogicalLines(lines: readonly PhysicalLine[]): PhysicalLine[] {
  const joined: PhysicalLine[] = [];
  let joining = true;
  for (let index = 0; index < lines.length; ) {
    const first = lines[index] as PhysicalLine;
    const end: number | undefined = joining ? endOfLogicalLine(lines, index) : index + 1;
    joining = end !== undefined;
    const next = end ?? index + 1;
    const text = lines.slice(index, next).map((line) => line.text);
    joined.push({ line: first.line, text: text.join('\n') });
    index = next;
  }
  return joined;
}

/** Index after the last physical line, undefined when a bracket stays open. */
function endOfLogicalLine(lines: readonly PhysicalLine[], start: number): number | undefined {
  const open = { '{': 0, '(': 0, '[': 0 };
  for (let index = start; index < lines.length; index++) {
    const continues = scanBrackets((lines[index] as PhysicalLine).text, open);
    if (!continues && open['{'] + open['('] + open['['] === 0) {
      return index + 1;
    }
  }
  return open['{'] + open['('] + open['['] === 0 ? lines.length : undefined;
}

/** Counts the brackets of macros; whether the line ends with a backslash. */
function scanBrackets(text: string, open: Record<Brackets, number>): boolean {
  for (let index = 0; index < text.length; index++) {
    const character = text[index] as string;
    const next = text[index + 1];
    if (character === '\\') {
      if (next === undefined) {
        return true;
      }
      index++;
    } else if (character === '%') {
      index += openMacro(next, open);
    } else if (isOpener(character) && open[character] > 0) {
      open[character]++;
    } else if (openers[character] !== undefined && open[openers[character]] > 0) {
      open[openers[character]]--;
    }
  }
  return false;
}

/** How many characters after the percent sign belong to it. */
function openMacro(next: string | undefined, open: Record<Brackets, number>): number {
  if (next !== undefined && isOpener(next)) {
    open[next]++;
    return 1;
  }
  return next === '%' ? 1 : 0;
}

function isOpener(character: string): character is Brackets {
  return character === '{' || character === '(' || character === '[';
}
