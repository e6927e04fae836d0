import { compareEvr, type Evr } from '@slipway/rpm';
import type { CaseResult } from './case-result.ts';
import { type JsonLine, readJsonLines } from './json-lines.ts';

/** Lines `[[epoch, version, release], [epoch, version, release], order]`; null and empty texts stand for what is absent. */
export async function* evrCases(paths: readonly string[]): AsyncGenerator<CaseResult> {
  for await (const line of readJsonLines(paths)) {
    yield checkLine(line);
  }
}

function checkLine(line: JsonLine): CaseResult {
  const name = `line ${line.line}`;
  if (line.problem !== undefined) {
    return { name, differences: [line.problem] };
  }
  try {
    const [a, b, expected] = line.value as readonly unknown[];
    const got = compareEvr(toEvr(a), toEvr(b));
    return { name, differences: got === expected ? [] : [`${JSON.stringify(line.value)}: got ${got}`] };
  } catch (error) {
    return { name, differences: [`the line is no comparison: ${(error as Error).message}`] };
  }
}

function toEvr(triple: unknown): Evr {
  const [epoch, version, release] = triple as readonly (string | number | null | undefined)[];
  const value = Number(epoch ?? 0);
  if (!Number.isSafeInteger(value) || typeof version !== 'string') {
    throw new TypeError(`${JSON.stringify(triple)} is no epoch, version and release`);
  }
  return { epoch: value, version, release: String(release ?? '') };
}
