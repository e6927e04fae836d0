import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CaseSet } from '../../tools/conformance/case-set.ts';
import { depmatchCases } from '../../tools/conformance/depmatch-cases.ts';
import { evrCases } from '../../tools/conformance/evr-cases.ts';
import { formatFailure, judgeSet } from '../../tools/conformance/judge-set.ts';
import { malformedCases } from '../../tools/conformance/malformed-cases.ts';
import { rpmsCases } from '../../tools/conformance/rpms-cases.ts';
import { vercmpCases } from '../../tools/conformance/vercmp-cases.ts';
import { visibleSkip } from '../support/visible-skip.ts';

const data = join(process.env.SLIPWAY_SHARED ?? join(import.meta.dirname, '../../../shared'), 'data/rpm');
const skip = visibleSkip(!existsSync(data) && 'the shared RPM data is not here');

function agrees(name: string, { set, paths, least }: { set: CaseSet; paths: readonly string[]; least: number }): void {
  test(name, { skip }, async () => {
    const failures: string[] = [];
    const cases = set(
      paths.map((path) => join(data, path)),
      { root: '.' },
    );
    const { passed } = await judgeSet(cases, (failure) => failures.push(formatFailure(failure)));
    assert.deepEqual(failures, []);
    assert.ok(passed >= least, `${passed} passed`);
  });
}

agrees('EVRs compare as rpm says', { set: evrCases, paths: ['conformance/evr-oracle.jsonl'], least: 20_000 });
agrees('version texts compare as rpm says', {
  set: vercmpCases,
  paths: ['conformance/rpmvercmp-upstream.json', 'conformance/vercmp-4489-rpm6.1.json'],
  least: 4_400,
});
agrees('provides satisfy requires as rpm says', {
  set: depmatchCases,
  paths: ['conformance/depmatch-upstream.json'],
  least: 180,
});
agrees('every value, digest and payload of real packages is what rpm says', {
  set: rpmsCases,
  paths: ['rpms'],
  least: 192,
});
agrees('nothing is accepted of damaged packages that rpm rejects', {
  set: malformedCases,
  paths: ['malformed'],
  least: 269,
});
