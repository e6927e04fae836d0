/**
 * Runs a set of recorded cases that lies outside of the repository: `conformance SET FILE.jsonl [--root DIR]
 * [--mode MODE] [--json FILE]`. Exit status 0 when every case passes, 1 when one fails, 2 when it cannot begin.
 */
import { statSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { CaseSet } from './conformance/case-set.ts';
import { checkFile, formatFailure } from './conformance/check-file.ts';
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
  const { passed, failed, failures } = await checkFile(set, file, (failure) =>
    process.stdout.write(formatFailure(failure)),
  );
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify({ set: setName, file, passed, failed, failures }, undefined, 2)}\n`);
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
