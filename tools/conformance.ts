/**
 * Runs a set of recorded cases that lies outside of the repository: `conformance SET FILE.jsonl [--root DIR]
 * [--mode MODE] [--json FILE]`. Exit status 0 when every case passes, 1 when one fails, 2 when it cannot begin.
 */
import { createReadStream, statSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readCaseLines } from './conformance/case-lines.ts';
import type { CaseSet, Difference } from './conformance/case-set.ts';
import { overlayCases } from './conformance/overlay-cases.ts';

/** One file each in `conformance/`. */
const caseSets: Readonly<Record<string, (options: SetOptions) => CaseSet>> = { overlays: overlayCases };

interface SetOptions {
  readonly root: string;
  readonly mode?: string;
}

const usage = `usage: npm run conformance -- SET FILE.jsonl [--root DIR] [--mode MODE] [--json FILE]
  SET     ${Object.keys(caseSets).join(', ')}
  --root  where the files are that cases name (default: the current directory)
  --mode  aug2026 or apr2026 (default: every mode that a case has an answer for)
  --json  writes the differences to a file`;

/** For people and for `--json`; what comes after is only counted. */
const shownFailures = 10_000;

interface Failure {
  readonly line: number;
  readonly id: string;
  readonly differences: readonly Difference[];
}

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { root: { type: 'string' }, mode: { type: 'string' }, json: { type: 'string' } },
  });
  const [setName = '', file = '', ...more] = positionals;
  const openSet = Object.hasOwn(caseSets, setName) ? caseSets[setName] : undefined;
  if (openSet === undefined || file === '' || more.length > 0) {
    throw new Error(usage);
  }
  if (!statSync(file).isFile()) {
    throw new Error(`Cannot read ${file}: it is not a file`);
  }
  const set = openSet({ root: values.root ?? '.', ...(values.mode === undefined ? {} : { mode: values.mode }) });
  const { passed, failed, failures } = await checkFile(set, file);
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify({ set: setName, file, passed, failed, failures }, undefined, 2)}\n`);
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

async function checkFile(set: CaseSet, file: string) {
  const failures: Failure[] = [];
  let [passed, failed] = [0, 0];
  for await (const { line, text } of readCaseLines(createReadStream(file, { highWaterMark: 1 << 20 }))) {
    const failure = checkLine(set, line, text);
    passed += failure === undefined ? 1 : 0;
    failed += failure === undefined ? 0 : 1;
    if (failure !== undefined && failed <= shownFailures) {
      failures.push(failure);
      process.stdout.write(formatFailure(failure));
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

function formatFailure({ line, id, differences }: Failure): string {
  const name = id === '' ? `line ${line}` : `${id} (line ${line})`;
  return differences
    .map(({ mode, what, expected, got }) => {
      const versions = expected === undefined ? '' : `  expected ${expected}\n  got      ${got ?? ''}\n`;
      return `${name}${mode === undefined ? '' : ` in ${mode}`}: ${what}\n${versions}`;
    })
    .join('');
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
