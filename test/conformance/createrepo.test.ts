import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createrepoCases } from '../../tools/conformance/createrepo-cases.ts';
import { formatFailure, judgeSet } from '../../tools/conformance/judge-set.ts';
import { judge, judgesMissing, openJudgeRoom } from '../support/judge-tree.ts';
import { visibleSkip } from '../support/visible-skip.ts';

const data = join(process.env.SLIPWAY_SHARED ?? join(import.meta.dirname, '../../../shared'), 'data/rpm');
const withoutData = !existsSync(data) && 'the shared RPM data is not here';

async function agrees(rpms: string, oracle: string, least: number): Promise<void> {
  const failures: string[] = [];
  const { passed } = await judgeSet(createrepoCases([rpms, oracle], { root: '.' }), (failure) =>
    failures.push(formatFailure(failure)),
  );
  assert.deepEqual(failures, []);
  assert.ok(passed >= least, `${passed} passed`);
}

test('metadata is what createrepo_c made of the same packages', { skip: visibleSkip(withoutData) }, () =>
  agrees(join(data, 'rpms'), join(data, 'repodata/createrepo_c-1.2.1-oracle'), 150),
);

for (const [folder, least] of [
  ['rpms', 190],
  ['malformed', 100],
] as const) {
  const title = `createrepo_c lists and leaves out the same of ${folder}, with filelists-ext`;
  test(title, { skip: visibleSkip(withoutData || judgesMissing()) }, async () => {
    const room = openJudgeRoom(`createrepo-${folder}`);
    try {
      room.copyIn(join(data, folder), 'packages');
      mkdirSync(join(room.outside, 'made'));
      const [packages, made] = [`${room.inside}/packages`, `${room.inside}/made`];
      // it ends with 2 when it left out a package
      judge('createrepo_c', ['--quiet', '--revision=1', '--filelists-ext', `--outputdir=${made}`, packages]);
      await agrees(join(room.outside, 'packages'), join(room.outside, 'made'), least);
    } finally {
      room.close();
    }
  });
}
