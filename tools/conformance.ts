/**
 * Runs a set of recorded cases that lies outside of the repository: `conformance SET PATH... [--root DIR]
 * [--mode MODE] [--json FILE]`. Exit status 0 when every case passes, 1 when one fails, 2 when it cannot begin.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { CaseSet } from './conformance/case-set.ts';
import { formatFailure, judgeSet } from './conformance/judge-set.ts';

/** One file each in `conformance/`, loaded when it is asked for. */
const caseSets: Readonly<Record<string, () => Promise<CaseSet>>> = {
  overlays: async () => (await import('./conformance/overlay-cases.ts')).overlayCases,
  evr: async () => (await import('./conformance/evr-cases.ts')).evrCases,
  vercmp: async () => (await import('./conformance/vercmp-cases.ts')).vercmpCases,
  depmatch: async () => (await import('./conformance/depmatch-cases.ts')).depmatchCases,
  rpms: async () => (await import('./conformance/rpms-cases.ts')).rpmsCases,
  createrepo: async () => (await import('./conformance/createrepo-cases.ts')).createrepoCases,
  malformed: async () => (await import('./conformance/malformed-cases.ts')).malformedCases,
  solver: async () => (await import('./conformance/solver-cases.ts')).solverCases,
};

const usage = `usage: npm run conformance -- SET PATH... [--root DIR] [--mode MODE] [--json FILE]
  SET     ${Object.keys(caseSets).join(', ')}
  PATH    a file or directory of cases
  --root  where the files are that cases name (default: the current directory)
  --mode  for overlays: aug2026 or apr2026 (default: every mode that a case has an answer for)
  --json  writes the differences to a file`;

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { root: { type: 'string' }, mode: { type: 'string' }, json: { type: 'string' } },
  });
  const [setName = '', ...paths] = positionals;
  const loadSet = Object.hasOwn(caseSets, setName) ? caseSets[setName] : undefined;
  if (loadSet === undefined || paths.length === 0) {
    throw new Error(usage);
  }
  const judgeCases = await loadSet();
  const cases = judgeCases(paths, {
    root: values.root ?? '.',
    ...(values.mode === undefined ? {} : { mode: values.mode }),
  });
  const { passed, failed, failures } = await judgeSet(cases, (failure) => process.stdout.write(formatFailure(failure)));
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify({ set: setName, paths, passed, failed, failures }, undefined, 2)}\n`);
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
