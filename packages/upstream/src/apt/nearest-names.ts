/** Names within this many edits are worth proposing. */
const editLimit = 3;

/** Up to `count` of `names` that differ least from `name`: by edits, then alphabetically. */
export function nearestNames(name: string, names: Iterable<string>, count = 3): string[] {
  const near: { candidate: string; edits: number }[] = [];
  for (const candidate of new Set(names)) {
    const edits = editDistance(name, candidate);
    if (edits <= Math.min(editLimit, Math.ceil(name.length / 3))) {
      near.push({ candidate, edits });
    }
  }
  return near
    .sort((a, b) => a.edits - b.edits || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

/** Edits (insert, remove, replace, swap neighbours); anything above `editLimit` counts as one more than it. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > editLimit) {
    return editLimit + 1;
  }
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped =
        i > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? editLimit) + 1 : Infinity;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same, swapped));
    }
    if (Math.min(...next) > editLimit) {
      return editLimit + 1;
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? editLimit + 1;
}
