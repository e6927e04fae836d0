import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { buildPool } from './build-pool.ts';
import { checkResolution } from './check-resolution.ts';
import type { Pool } from './pool.ts';
import { resolve } from './resolve.ts';
import { readTestcase, readTesttags, type Testcase } from './testing/testcase-format.ts';

const shared = process.env.SLIPWAY_SHARED ?? join(import.meta.dirname, '../../../../shared');
const cases = join(shared, 'data/rpm/solver/dnf5-real-cases');
const skip = existsSync(cases) ? false : 'the shared test data is not here';

/** dnf5's default installonlypkgs, as the cases have them. */
const installOnly = ['kernel', 'kernel-core', 'kernel-modules'];

for (const [family, fewest] of [
  ['cs9', 74],
  ['deb', 47],
] as const) {
  describe(`requests recorded from dnf5 on ${family}`, { skip }, () => {
    const all = skip === false ? readdirSync(cases).filter((entry) => entry.startsWith(`${family}-0`)) : [];
    const known = all
      .map((entry) => ({ entry, testcase: readTestcase(join(cases, entry, 'testcase.t')) }))
      .filter(({ testcase }) => isPlainInstall(testcase));
    let pool: Pool | undefined;

    test('the cases are there', () => assert.ok(known.length >= fewest));
    for (const { entry, testcase } of known) {
      test(entry, () => {
        pool ??= buildPool(testcase.repositories.flatMap((one) => [...readTesttags(one.path, one)]));
        compare(pool, join(cases, entry), testcase);
      });
    }
  });
}

/** `--skip-broken` makes jobs weak: requests that may be left unmet are not part of the interface. */
function isPlainInstall({ jobs, otherJobs }: Testcase): boolean {
  return otherJobs.length === 0 && jobs.every(({ flags }) => !flags.includes('weak'));
}

function compare(pool: Pool, directory: string, testcase: Testcase): void {
  const command = readFileSync(join(directory, 'cmd'), 'utf8').trim().split(/\s+/);
  const expected = readFileSync(join(directory, 'solver.result'), 'utf8').trim().split('\n').filter(Boolean);
  const request = {
    install: command.slice(1).filter((word) => !word.startsWith('--')),
    architecture: 'x86_64',
    multilib: true,
    recommends: !testcase.solverFlags.includes('ignorerecommended'),
    best: testcase.jobs.some(({ flags }) => flags.includes('forcebest')),
    exclude: testcase.disabled.map((one) => one.replace(/@.*/, '')),
    installOnly,
  } as const;
  const result = resolve(pool, request);
  if (expected.some((line) => line.startsWith('problem '))) {
    assert.equal(result.outcome, 'unsolvable');
    return;
  }
  assert.ok(result.outcome === 'solved', JSON.stringify(result));
  const ids = result.packages.map((one) => one.package.id);
  assert.deepEqual(ids.map((id) => `install ${id.replace(/#.*/, '')}`).sort(), expected.sort());
  assert.deepEqual(checkResolution(pool, ids, request), []);
}
