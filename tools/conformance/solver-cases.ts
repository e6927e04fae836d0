import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { runTestcase, TestcasePools, type TestcaseRun } from '@slipway/solver';
import type { CaseResult } from './case-result.ts';

/**
 * Solver cases in libsolv's testcase format below directories, in any layout: results inline, in a file beside, or
 * `solver.result` in a directory of the case. A case has as many results as the file has requests.
 */
export async function* solverCases(paths: readonly string[]): AsyncGenerator<CaseResult> {
  const load = cachedLoader();
  const pools = new TestcasePools();
  for (const path of paths) {
    for (const file of testcasesBelow(path)) {
      yield { name: nameOf(path, file), differences: differencesOf(file, load, pools) };
    }
  }
}

function* testcasesBelow(path: string): Iterable<string> {
  if (statSync(path).isFile()) {
    yield path;
    return;
  }
  for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) {
      yield* testcasesBelow(inner);
    } else if (entry.name.endsWith('.t')) {
      yield inner;
    }
  }
}

function nameOf(path: string, file: string): string {
  const inner = file.slice(path.length).replace(/^\//, '');
  return inner === '' ? basename(file) : inner.replace(/\/testcase\.t$/, '');
}

/** Characters: files below are of one case only. */
const smallFile = 100_000;

type Load = (path: string) => string;

/** The last few repositories are kept: cases share them. */
function cachedLoader(): Load {
  const kept = new Map<string, string>();
  return (path) => {
    const known = kept.get(path);
    if (known !== undefined) {
      return known;
    }
    const bytes = readFileSync(path);
    const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    if (text.length > smallFile) {
      kept.set(path, text);
      if (kept.size > 8) {
        kept.delete(kept.keys().next().value as string);
      }
    }
    return text;
  };
}

function differencesOf(file: string, load: Load, pools: TestcasePools): string[] {
  try {
    const runs = runTestcase(readFileSync(file, 'utf8'), (name) => load(join(dirname(file), name)), pools);
    return runs.flatMap((run, at) => compareRun(run).map((line) => (runs.length > 1 ? `${at + 1}: ${line}` : line)));
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** Lines that testsolv can add about its own work; the answer is the transaction. */
const notCompared = /^(alternative|recommended|suggested|proof) /;

/** The same lines where there is a solution; otherwise both say that there is none. */
function compareRun({ expected, got }: TestcaseRun): string[] {
  const isProblem = (line: string): boolean => /^problem\b/.test(line);
  const compared = expected.filter((line) => !notCompared.test(line));
  const [expectsProblem, hasProblem] = [expected.some(isProblem), got.some(isProblem)];
  if (expectsProblem || hasProblem) {
    return expectsProblem === hasProblem
      ? []
      : [expectsProblem ? 'there should be no solution' : 'there should be a solution'];
  }
  return [
    ...compared.filter((line) => !got.includes(line)).map((line) => `missing: ${line}`),
    ...got.filter((line) => !expected.includes(line)).map((line) => `not expected: ${line}`),
  ];
}
