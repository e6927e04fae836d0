export interface NumberedLine {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

const shownLines = 3;
/** More text than this does not make a comparison better, only slower. */
const comparedCharacters = 200;
const leastSimilarity = 0.2;

/** The lines that look most like `wanted`: at most three, best first. Compares pairs of characters (Dice). */
export function nearestLines(lines: readonly NumberedLine[], wanted: string): NumberedLine[] {
  const pairs = pairsOf(wanted);
  return lines
    .map((line) => ({ line, score: similarity(pairs, pairsOf(line.text)) }))
    .filter(({ score }) => score >= leastSimilarity)
    .sort((a, b) => b.score - a.score || a.line.line - b.line.line)
    .slice(0, shownLines)
    .map(({ line }) => ({ line: line.line, text: line.text.slice(0, comparedCharacters) }));
}

/** Error data whose `nearest` is found when somebody reads it: most who try an overlay only want to know whether it fails. */
export function nearestLater(find: () => NumberedLine[]): { readonly nearest: NumberedLine[] } {
  let found: NumberedLine[] | undefined;
  return {
    get nearest() {
      found ??= find();
      return found;
    },
  };
}

function pairsOf(text: string): Set<string> {
  const lower = text.trim().slice(0, comparedCharacters).toLowerCase();
  return new Set(Array.from({ length: Math.max(0, lower.length - 1) }, (_, index) => lower.slice(index, index + 2)));
}

function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  return a.size + b.size === 0 ? 0 : (2 * [...a].filter((pair) => b.has(pair)).length) / (a.size + b.size);
}
