import type { CaseResult } from './case-result.ts';

/** What comes after these is only counted. */
const keptFailures = 10_000;

interface Score {
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly CaseResult[];
}

/** Counts the cases of a set; `onFailure` hears of failures as they come. */
export async function judgeSet(
  cases: AsyncIterable<CaseResult>,
  onFailure: (failure: CaseResult) => void,
): Promise<Score> {
  const failures: CaseResult[] = [];
  let [passed, failed] = [0, 0];
  for await (const result of cases) {
    const isPassed = result.differences.length === 0;
    passed += isPassed ? 1 : 0;
    failed += isPassed ? 0 : 1;
    if (!isPassed && failed <= keptFailures) {
      failures.push(result);
      onFailure(result);
    }
  }
  return { passed, failed, failures };
}

/** For people: a line for each difference. */
export function formatFailure({ name, differences }: CaseResult): string {
  return differences.map((difference) => `${name}: ${difference}\n`).join('');
}
