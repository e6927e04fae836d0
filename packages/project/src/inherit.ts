/** Lists that a nearer definition replaces, even with an empty one; all others are continued. */
const replacedLists = new Set(['overlayFiles']);

/**
 * What a nearer definition makes of an inherited one (overlays.md 1.4): scalars override unless they are zero
 * (`false`, `""`, 0), lists are continued, tables are merged by key. Neither argument is changed.
 */
export function inherit<T extends object>(base: T, nearer: T): T {
  if (Object.keys(nearer).length === 0) {
    return base; // most components say nothing of their own
  }
  const merged = { ...base } as Record<string, unknown>;
  for (const [key, value] of Object.entries(nearer)) {
    merged[key] = inheritValue(key, Object.hasOwn(base, key) ? merged[key] : undefined, value);
  }
  return merged as T;
}

function inheritValue(key: string, base: unknown, nearer: unknown): unknown {
  if (Array.isArray(nearer)) {
    return Array.isArray(base) && !replacedLists.has(key) ? [...base, ...nearer] : nearer;
  }
  if (isTable(nearer)) {
    return isTable(base) ? inherit(base, nearer) : nearer;
  }
  return isZero(nearer) && base !== undefined ? base : nearer;
}

/**
 * What a later file makes of an earlier one (overlays.md 1.3): as `inherit`, but lists are replaced unless empty,
 * and so are the entries of the tables named in `whole`.
 */
export function override<T extends object>(base: T, later: T, whole: readonly string[] = []): T {
  const merged = { ...base } as Record<string, unknown>;
  for (const [key, value] of Object.entries(later)) {
    const earlier = Object.hasOwn(base, key) ? merged[key] : undefined;
    if (isTable(value) && isTable(earlier)) {
      merged[key] = whole.includes(key) ? { ...earlier, ...value } : override(earlier, value);
    } else if (earlier === undefined || !(isZero(value) || (Array.isArray(value) && value.length === 0))) {
      merged[key] = value;
    }
  }
  return merged as T;
}

function isZero(value: unknown): boolean {
  return value === undefined || value === '' || value === 0 || value === false;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
