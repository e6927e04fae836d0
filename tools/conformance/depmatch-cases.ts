import { comparisonFromBits, type Dependency, overlaps, parseEvr } from '@slipway/rpm';
import type { CaseResult } from './case-result.ts';
import { readJsonArrays } from './json-array.ts';

type Words = readonly [name: string, operator?: string, version?: string];

/** Whether `provide` satisfies `require` (each a name, or name, operator and version): `match` is 0 or 1. */
export async function* depmatchCases(paths: readonly string[]): AsyncGenerator<CaseResult> {
  for (const { name, value } of readJsonArrays(paths)) {
    yield checkCase(name, value);
  }
}

function checkCase(name: string, value: unknown): CaseResult {
  try {
    const { provide, require, match } = value as { provide: Words; require: Words; match: unknown };
    const got = overlaps(toDependency(provide), toDependency(require));
    const isRight = got === (match === 1 || match === true);
    const relation = `${provide.join(' ')} / ${require.join(' ')}`;
    return { name: `${name} ${relation}`, differences: isRight ? [] : [`expected ${match}, got ${got}`] };
  } catch (error) {
    return { name, differences: [`the case is no pair of relations: ${(error as Error).message}`] };
  }
}

const operatorBits: Readonly<Record<string, number>> = { '<': 2, '>': 4, '=': 8 };

/** An operator is any set of <, > and =, as in rpm's Python binding: `<>` and `=>` too. */
function toDependency([name, operator = '', version]: Words): Dependency {
  const bits = [...operator].reduce((sum, character) => sum | (operatorBits[character] ?? 0), 0);
  const comparison = comparisonFromBits(bits);
  return comparison === undefined || version === undefined ? { name } : { name, comparison, evr: parseEvr(version) };
}
