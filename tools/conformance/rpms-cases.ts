import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatHeaderJson, openPackage, queryHeader, type RpmPackage } from '@slipway/rpm';
import type { Keyring } from '@slipway/trust';
import type { CaseResult } from './case-result.ts';
import { archiveDigest, nevraLine, verificationDifferences } from './package-checks.ts';
import { loadAnswers, type PackageAnswer } from './package-oracle.ts';
import { recordedKeyring } from './recorded-keys.ts';

/**
 * Directories of packages with what rpm says of them: `oracle.json`, and `headers.jsonl` with `file` and `header` (the
 * answer of `rpm -qp --json`) in each line.
 */
export async function* rpmsCases(directories: readonly string[]): AsyncGenerator<CaseResult> {
  for (const directory of directories) {
    const answers = loadAnswers(directory);
    const headers = loadHeaders(directory);
    const keyring = recordedKeyring(directory, answers);
    for (const answer of answers) {
      yield {
        name: answer.file,
        differences: await checkPackage(answer, { directory, header: headers.get(answer.file), keyring }),
      };
    }
  }
}

function loadHeaders(directory: string): ReadonlyMap<string, unknown> {
  const lines = readFileSync(join(directory, 'headers.jsonl'), 'utf8').split('\n');
  const parsed = lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as HeaderLine);
  return new Map(parsed.map(({ file, header }) => [file, header]));
}

interface HeaderLine {
  readonly file: string;
  readonly header: unknown;
}

interface PackageSet {
  readonly directory: string;
  /** Of the package, as `rpm -qp --json` has it. */
  readonly header: unknown;
  readonly keyring: Keyring;
}

async function checkPackage(answer: PackageAnswer, { directory, header, keyring }: PackageSet): Promise<string[]> {
  let pkg: RpmPackage;
  try {
    pkg = await openPackage(join(directory, answer.file));
  } catch (error) {
    return answer.query_rc === 0 ? [`it is refused: ${messageOf(error)}`] : [];
  }
  if (answer.query_rc !== 0) {
    return ['it is read, rpm refuses it'];
  }
  return [
    ...(await compare('NEVRA', async () => nevraLine(pkg), answer.nevra)),
    ...(header === undefined ? [] : compareJson(pkg, header)),
    ...(await verificationDifferences(pkg, answer, keyring)),
    ...(await compare('payload', () => archiveDigest(pkg), answer.cpio_rc === 0 ? answer.cpio_sha256 : null)),
  ];
}

/** Nothing expected stands for failure. */
async function compare(
  what: string,
  ours: () => Promise<string>,
  expected: string | null | undefined,
): Promise<string[]> {
  try {
    const got = await ours();
    return got === expected ? [] : [`${what}: expected ${expected ?? 'failure'}, got ${got}`];
  } catch (error) {
    return expected === undefined || expected === null
      ? []
      : [`${what}: expected ${expected}, got ${messageOf(error)}`];
  }
}

function compareJson(pkg: RpmPackage, expected: unknown): string[] {
  const theirs = expected as Readonly<Record<string, unknown>>;
  const ours = JSON.parse(formatHeaderJson(queryHeader(pkg)).toString()) as Readonly<Record<string, unknown>>;
  const names = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
  return [...names]
    .filter((name) => JSON.stringify(ours[name]) !== JSON.stringify(theirs[name]))
    .map((name) => `${name}: expected ${shown(theirs[name])}, got ${shown(ours[name])}`);
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 100);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
