import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatFailure, judgeSet } from '../../tools/conformance/judge-set.ts';
import { solverCases } from '../../tools/conformance/solver-cases.ts';
import { visibleSkip } from '../support/visible-skip.ts';

const data = join(process.env.SLIPWAY_SHARED ?? join(import.meta.dirname, '../../../shared'), 'data/rpm/solver');
const skip = visibleSkip(!existsSync(data) && 'the shared solver cases are not here');

/** What those cases of libsolv are about that say nothing of transactions: systems of dpkg, selections, SUSE's names. */
const outOfScope = /systems of type "deb"|"selection|"genid susedep"|selection_canon_rpm/;

for (const [name, directory, least] of [
  ["libsolv's own cases give the same transactions", 'libsolv', 70],
  ["dnf5's test-suite gives the same transactions", 'dnf5-ci', 402],
  ['installations that dnf5 recorded give the same transactions', 'dnf5-real-cases', 136],
  ['upgrades and erasures that dnf5 recorded give the same transactions', 'dnf5-real-upgrades', 48],
] as const) {
  test(name, { skip }, async () => {
    const failures: string[] = [];
    const { passed } = await judgeSet(solverCases([join(data, directory)]), (failure) =>
      failures.push(formatFailure(failure)),
    );
    assert.deepEqual(
      failures.filter((failure) => !outOfScope.test(failure)),
      [],
    );
    assert.ok(passed >= least, `${passed} passed`);
  });
}
