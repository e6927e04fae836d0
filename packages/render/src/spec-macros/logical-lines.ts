export interface PhysicalLine {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

const [backslash, percent] = [0x5c, 0x25];
/** By the code of a bracket: its kind from 1, negative for one that closes. */
const bracketKinds = new Int8Array(0x80);
for (const [index, pair] of ['{}', '()', '[]'].entries()) {
  bracketKinds[pair.charCodeAt(0)] = index + 1;
  bracketKinds[pair.charCodeAt(1)] = -index - 1;
}

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
    joined.push(next === index + 1 ? first : joinedLine(lines.slice(index, next)));
    index = next;
  }
  return joined;
}

function joinedLine(lines: readonly PhysicalLine[]): PhysicalLine {
  return { line: lines[0]?.line ?? 0, text: lines.map(({ text }) => text).join('\n') };
}

/** Index after the last physical line, undefined when a bracket stays open. */
function endOfLogicalLine(lines: readonly PhysicalLine[], start: number): number | undefined {
  const brackets = new OpenBrackets();
  for (let index = start; index < lines.length; index++) {
    const { text } = lines[index] as PhysicalLine;
    const continues = (brackets.total > 0 || mayContinue(text)) && scanBrackets(text, brackets);
    if (!continues && brackets.total === 0) {
      return index + 1;
    }
  }
  return brackets.total > 0 ? undefined : lines.length;
}

/** Most lines have neither a macro nor a backslash at the end: they need no look at every character. */
function mayContinue(text: string): boolean {
  return text.includes('%') || text.charCodeAt(text.length - 1) === backslash;
}

/** Counts the brackets of macros; whether the line ends with a backslash. */
function scanBrackets(text: string, brackets: OpenBrackets): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === backslash) {
      index++;
      if (index === text.length) {
        return true;
      }
    } else if (code === percent) {
      index += openMacro(text.charCodeAt(index + 1), brackets);
    } else if (brackets.total > 0) {
      brackets.count(code);
    }
  }
  return false;
}

/** How many characters after the percent sign belong to it. */
function openMacro(next: number, brackets: OpenBrackets): number {
  return next === percent || brackets.open(next) ? 1 : 0;
}

/** The brackets of macros that are open at one place, by their kind. */
class OpenBrackets {
  total = 0;
  readonly #counts = [0, 0, 0, 0];

  /** Whether the character is an opening bracket. */
  open(code: number): boolean {
    const kind = bracketKinds[code] ?? 0;
    if (kind > 0) {
      this.#add(kind, 1);
    }
    return kind > 0;
  }

  /** A bracket counts while one of its kind is open. */
  count(code: number): void {
    const kind = bracketKinds[code] ?? 0;
    if (kind !== 0 && this.#counts[Math.abs(kind)] !== 0) {
      this.#add(Math.abs(kind), Math.sign(kind));
    }
  }

  #add(kind: number, step: number): void {
    this.#counts[kind] = (this.#counts[kind] ?? 0) + step;
    this.total += step;
  }
}
