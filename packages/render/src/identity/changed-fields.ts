export interface FieldChange {
  readonly field: string;
  /** Undefined where the field is not there. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/**
 * What differs between two identities, by name of the field. Overlays are numbered, so one more in front would change
 * all names behind it: the lists are compared by their values, and an overlay that only moved is not a change unless
 * the order of the others changed.
 */
export function changedFields(
  from: Readonly<Record<string, string>>,
  to: Readonly<Record<string, string>>,
): FieldChange[] {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].filter((name) => !isOverlay(name)).sort();
  const plain = names
    .map((field) => ({ field, from: from[field], to: to[field] }))
    .filter((change) => change.from !== change.to);
  return [...plain, ...changedOverlays(overlaysOf(from), overlaysOf(to))];
}

function isOverlay(name: string): boolean {
  return name.startsWith('overlays/');
}

function overlaysOf(fields: Readonly<Record<string, string>>): string[] {
  return Object.entries(fields)
    .filter(([name]) => isOverlay(name))
    .map(([name, value]) => [Number(name.slice('overlays/'.length)), value] as const)
    .sort(([a], [b]) => a - b)
    .map(([, value]) => value);
}

/** Common ends are kept; a replacement of one overlay by one is one change. */
function changedOverlays(from: readonly string[], to: readonly string[]): FieldChange[] {
  let head = 0;
  while (head < from.length && head < to.length && from[head] === to[head]) {
    head++;
  }
  let tail = 0;
  while (tail < Math.min(from.length, to.length) - head && from.at(-1 - tail) === to.at(-1 - tail)) {
    tail++;
  }
  const before = from.slice(head, from.length - tail);
  const after = to.slice(head, to.length - tail);
  return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => ({
    field: `overlays/${head + index + 1}`,
    from: before[index],
    to: after[index],
  }));
}
