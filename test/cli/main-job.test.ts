import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Digest, sha256 } from '@slipway/core';
import type { MainJobResult, StageReport } from '@slipway/pipeline';
import type { CommandContext } from '../../apps/cli/src/context.ts';
import { describeMainJob } from '../../apps/cli/src/output/describe-main-job.ts';
import { noPaint } from '../../apps/cli/src/output/paint.ts';

const output = '/home/somebody/distro/out';
const context = { machine: { directory: '/home/somebody/distro' }, paint: noPaint } as CommandContext;
const workspace = { output, loaded: { rootFile: '/home/somebody/distro/slipway.toml' } } as Parameters<
  typeof describeMainJob
>[1];

function file(path: string, sizeBytes: number, sha: Digest) {
  return { path: `${output}/${path}`, sizeBytes, sha256: sha, modified: 0 };
}

function resultOf(stages: readonly StageReport[]): MainJobResult {
  const disk = { ...file('images/server/server.raw', 994_050_048, sha256('disk')), allocatedBytes: 314_900_000 };
  return {
    stages,
    images: [{ image: 'server', artefacts: [{ ...disk, kind: 'raw disk' }] }],
    repository: {
      directory: `${output}/repository/x86_64`,
      packages: 308,
      sizeBytes: 243_700_000,
      files: [file('repository/x86_64/repodata/repomd.xml', 3000, sha256('repomd'))],
    },
    reports: {
      files: [
        file('reports/deviations.html', 93_400, sha256('html')),
        file('reports/deviations.txt', 10, sha256('txt')),
        file('reports/sbom/server.spdx.json', 729_700, sha256('spdx')),
        file('reports/sbom/packages/bash-5.3-4.x86_64.spdx.json', 10, sha256('bash')),
        file('SHA256SUMS', 79_500, sha256('sums')),
      ],
    },
  } as unknown as MainJobResult;
}

const artefactTable = `artefact                       kind            size   on disk  sha256
-----------------------------  ----------  --------  --------  ----------------
images/server/server.raw       raw disk    994.1 MB  314.9 MB  ${sha256('disk').slice(0, 16)}
repository/x86_64              repository  243.7 MB  243.7 MB  ${sha256('repomd').slice(0, 16)}
reports/deviations.html        report       93.4 kB   93.4 kB  ${sha256('html').slice(0, 16)}
reports/sbom/server.spdx.json  SBOM        729.7 kB  729.7 kB  ${sha256('spdx').slice(0, 16)}
SHA256SUMS                     checksums    79.5 kB   79.5 kB  ${sha256('sums').slice(0, 16)}

All of it is in out.
`;

const stages: readonly StageReport[] = [
  { stage: 'snapshot', seconds: 0.04, summary: '301 packages', upToDate: true },
  { stage: 'render', seconds: 0.02, summary: '7 specs', upToDate: true, transient: true },
  { stage: 'images', seconds: 74, summary: 'server raw disk', upToDate: false },
];

test('a run ends with its artefacts and the time of each stage', () => {
  assert.equal(
    describeMainJob(context, workspace, resultOf(stages)).text,
    `Built in 1 min 14 s.

${artefactTable}
stage           time  result
--------  ----------  -------------------------
snapshot       0.0 s  301 packages (up to date)
render         0.0 s  7 specs
images    1 min 14 s  server raw disk
total     1 min 14 s
`,
  );
});

test('a run without changes says so in one line, and shows the artefacts', () => {
  const upToDate = stages.map((stage) => ({ ...stage, upToDate: true }));

  assert.equal(
    describeMainJob(context, workspace, resultOf(upToDate)).text,
    `Everything is up to date.\n\n${artefactTable}`,
  );
});

test('programs get the same with full digests and paths', () => {
  const json = describeMainJob(context, workspace, resultOf(stages)).json as Record<string, unknown>;

  assert.deepEqual(Object.keys(json), ['project', 'output', 'upToDate', 'seconds', 'stages', 'artefacts']);
  assert.deepEqual((json.artefacts as object[])[1], {
    name: 'repository/x86_64',
    kind: 'repository',
    path: `${output}/repository/x86_64`,
    sizeBytes: 243_700_000,
    allocatedBytes: 243_700_000,
    sha256: sha256('repomd'),
  });
});
