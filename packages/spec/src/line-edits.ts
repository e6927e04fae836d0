export interface LineEdit {
  readonly kind: 'kept' | 'added' | 'removed';
  readonly line: string;
}

/** Differences beyond this are shown as one replacement: the work grows with the square. */
const editLimit = 1000;

/** The shortest way from one list of lines to another (Myers 1986, greedy), removals before additions. */
export function editScript(before: readonly string[], after: readonly string[]): LineEdit[] {
  const head = commonLength(before, after);
  const tail = commonLength(before.slice(head).reverse(), after.slice(head).reverse());
  const inner = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)] as const;
  return [
    ...edits('kept', before.slice(0, head)),
    ...(shortestEdits(...inner) ?? [...edits('removed', inner[0]), ...edits('added', inner[1])]),
    ...edits('kept', before.slice(before.length - tail)),
  ];
}

function edits(kind: LineEdit['kind'], lines: readonly string[]): LineEdit[] {
  return lines.map((line) => ({ kind, line }));
}

function commonLength(a: readonly string[], b: readonly string[]): number {
  const differs = a.findIndex((line, index) => line !== b[index]);
  return differs < 0 ? a.length : differs;
}

/** Undefined when more than `editLimit` lines differ, or when there is nothing to choose: lines only go, or only come. */
function shortestEdits(before: readonly string[], after: readonly string[]): LineEdit[] | undefined {
  if (before.length === 0 || after.length === 0) {
    return undefined;
  }
  const most = Math.min(before.length + after.length, editLimit);
  let furthest = new Map([[1, 0]]);
  const history: ReadonlyMap<number, number>[] = [];
  for (let distance = 0; distance <= most; distance++) {
    history.push(furthest);
    const next = new Map<number, number>();
    for (let diagonal = -distance; diagonal <= distance; diagonal += 2) {
      let x = startOf(furthest, diagonal, distance);
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) {
        x++;
      }
      next.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) {
        return tracedEdits(before, after, history);
      }
    }
    furthest = next;
  }
  return undefined;
}

/** How far on a diagonal one more edit leads: down (an addition) from above, or right (a removal) from below. */
function startOf(furthest: ReadonlyMap<number, number>, diagonal: number, distance: number): number {
  const down = furthest.get(diagonal + 1) ?? -1;
  const right = (furthest.get(diagonal - 1) ?? -2) + 1;
  return diagonal === -distance || (diagonal !== distance && right <= down) ? down : right;
}

function tracedEdits(
  before: readonly string[],
  after: readonly string[],
  history: readonly ReadonlyMap<number, number>[],
): LineEdit[] {
  const reversed: LineEdit[] = [];
  let [x, y] = [before.length, after.length];
  for (let distance = history.length - 1; distance >= 0; distance--) {
    const start = startOf(history[distance] as ReadonlyMap<number, number>, x - y, distance);
    const wentDown = start === (history[distance] as ReadonlyMap<number, number>).get(x - y + 1);
    for (; x > start; x--, y--) {
      reversed.push({ kind: 'kept', line: before[x - 1] as string });
    }
    if (distance > 0) {
      reversed.push(
        wentDown ? { kind: 'added', line: after[--y] as string } : { kind: 'removed', line: before[--x] as string },
      );
    }
  }
  return reversed.reverse();
}
