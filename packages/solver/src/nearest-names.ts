/** Edits (insertions, deletions, replacements) up to which a name counts as near. */
const maxEdits = 2;
const maxSuggestions = 3;

/** Names that differ from `wanted` by at most two edits, nearest first. */
export function nearestNames(wanted: string, names: Iterable<string>): string[] {
  const near: { name: string; edits: number }[] = [];
  const limit = Math.min(maxEdits, Math.floor(wanted.length / 2));
  for (const name of names) {
    if (Math.abs(name.length - wanted.length) <= limit && name !== wanted) {
      const edits = countEdits(wanted, name, limit);
      if (edits <= limit) {
        near.push({ name, edits });
      }
    }
  }
  near.sort((a, b) => a.edits - b.edits || (a.name < b.name ? -1 : 1));
  return near.slice(0, maxSuggestions).map(({ name }) => name);
}

/** Levenshtein distance; anything above `limit` once that is certain. */
function countEdits(a: string, b: string, limit: number): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
    if (Math.min(...row) > limit) {
      return limit + 1;
    }
  }
  return row[b.length] as number;
}
