/** Longer names are not compared: typing errors in them are not what people ask about. */
const longestCompared = 100;
const suggested = 3;

/**
 * Up to three of `names` that `wanted` may have been meant to be, nearest first, then alphabetically: those within a
 * third of its length in edits (insertions, deletions, replacements, swaps of neighbours), case ignored.
 */
export function nearestNames(wanted: string, names: Iterable<string>): string[] {
  if (wanted.length > longestCompared) {
    return [];
  }
  const limit = Math.min(3, Math.max(1, Math.floor(wanted.length / 3)));
  const near: { name: string; edits: number }[] = [];
  for (const name of new Set(names)) {
    const edits = name === wanted ? 0 : editDistance(wanted.toLowerCase(), name.toLowerCase(), limit);
    if (name !== wanted && edits <= limit) {
      near.push({ name, edits });
    }
  }
  near.sort((a, b) => a.edits - b.edits || (a.name < b.name ? -1 : 1));
  return near.slice(0, suggested).map(({ name }) => name);
}

/** Optimal string alignment distance; one more than `limit` as soon as it must be above. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) {
    return limit + 1;
  }
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      const swapped =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
          ? (beforeLast[column - 2] as number) + 1
          : limit + 1;
      const edited = Math.min(last[column] as number, current[column - 1] as number) + 1;
      current.push(Math.min(edited, (last[column - 1] as number) + same, swapped));
    }
    if (Math.min(...current) > limit) {
      return limit + 1;
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] as number;
}
