import { createReadStream } from 'node:fs';
import { readCaseLines } from './case-lines.ts';
import type { CaseSet, Difference } from './case-set.ts';

/** What comes after these is only counted. */
const keptFailures = 10_000;

export interface Failure {
  readonly line: number;
  readonly id: string;
  readonly differences: readonly Difference[];
}

export interface CheckedFile {
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly Failure[];
}

/** Checks one line after the other; `onFailure` hears of failures as they come. Throws when the file cannot be read. */
export async function checkFile(
  set: CaseSet,
  file: string,
  onFailure: (failure: Failure) => void,
): Promise<CheckedFile> {
  const failures: Failure[] = [];
  let [passed, failed] = [0, 0];
  for await (const { line, text } of readCaseLines(createReadStream(file, { highWaterMark: 1 << 20 }))) {
    const failure = checkLine(set, line, text);
    passed += failure === undefined ? 1 : 0;
    failed += failure === undefined ? 0 : 1;
    if (failure !== undefined && failed <= keptFailures) {
      failures.push(failure);
      onFailure(failure);
    }
  }
  return { passed, failed, failures };
}

function checkLine(set: CaseSet, line: number, text: string | undefined): Failure | undefined {
  if (text === undefined) {
    return { line, id: '', differences: [{ what: 'the line is too long' }] };
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return { line, id: '', differences: [{ what: `the line is no JSON: ${(error as Error).message}` }] };
  }
  const { id, differences } = set.check(parsed);
  return differences.length === 0 ? undefined : { line, id, differences };
}

/** For people: a line for each difference, and both versions below it. */
export function formatFailure({ line, id, differences }: Failure): string {
  const name = id === '' ? `line ${line}` : `${id} (line ${line})`;
  return differences
    .map(({ mode, what, expected, got }) => {
      const versions = expected === undefined ? '' : `  expected ${expected}\n  got      ${got ?? ''}\n`;
      return `${name}${mode === undefined ? '' : ` in ${mode}`}: ${what}\n${versions}`;
    })
    .join('');
}
