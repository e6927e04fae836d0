import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '@slipway/core';
import { formatReleaseJson, formatReleaseTable, type ReleaseSummary } from './release-summary.ts';

const summary: ReleaseSummary = {
  distribution: { id: 'slipway', version: '1.0' },
  architecture: 'x86_64',
  created: 1_763_650_800,
  artifacts: [
    { name: 'images/cloud.qcow2', kind: 'disk-image', sizeBytes: 3 * 2 ** 30, sha256: sha256('qcow2') },
    { name: 'SHA256SUMS', kind: 'checksums', sizeBytes: 512, sha256: sha256('sums') },
    { name: 'images/\u001b[2Jwsl', kind: 'wsl', sizeBytes: 1536, sha256: sha256('wsl') },
  ],
};

test('the table of a release is aligned, sorted, summed and free of control characters', () => {
  assert.deepEqual(formatReleaseTable(summary).split('\n'), [
    'NAME                KIND           SIZE  SHA256',
    `SHA256SUMS          checksums     512 B  ${sha256('sums')}`,
    `images/\u{fffd}[2Jwsl      wsl         1.5 KiB  ${sha256('wsl')}`,
    `images/cloud.qcow2  disk-image  3.0 GiB  ${sha256('qcow2')}`,
    '',
    '3 artefacts, 3.0 GiB',
    '',
  ]);
});

test('the JSON of a release is sorted and names the time in UTC', () => {
  const document = JSON.parse(formatReleaseJson(summary)) as { created: string; artifacts: { name: string }[] };

  assert.equal(document.created, '2025-11-20T15:00:00.000Z');
  assert.deepEqual(
    document.artifacts.map(({ name }) => name),
    ['SHA256SUMS', 'images/\u001b[2Jwsl', 'images/cloud.qcow2'],
  );
});
