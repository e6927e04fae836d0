import { compareEvr, parseEvr } from '@slipway/rpm';
import type { CaseResult } from './case-result.ts';
import { readJsonArrays } from './json-array.ts';

/**
 * Comparisons of two texts `a` and `b`, each `[epoch:]version[-release]` as rpm's vercmp takes them: `expect` is -1, 0
 * or 1, or anything else where rpm refuses to compare.
 */
export async function* vercmpCases(paths: readonly string[]): AsyncGenerator<CaseResult> {
  for (const { name, value } of readJsonArrays(paths)) {
    yield checkCase(name, value as { a?: unknown; b?: unknown; expect?: unknown } | null);
  }
}

function checkCase(name: string, value: { a?: unknown; b?: unknown; expect?: unknown } | null): CaseResult {
  const { a, b, expect } = value ?? {};
  if (typeof a !== 'string' || typeof b !== 'string') {
    return { name, differences: ['the case has no texts a and b'] };
  }
  const wanted = typeof expect === 'number' ? String(expect) : 'refused';
  const got = compare(a, b);
  return { name: `${name} "${a}" "${b}"`, differences: got === wanted ? [] : [`expected ${wanted}, got ${got}`] };
}

function compare(a: string, b: string): string {
  try {
    return String(compareEvr(parseEvr(a), parseEvr(b)));
  } catch {
    return 'refused';
  }
}
