import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { formatPackage } from './package-xml.ts';
import { arbitraryEntry } from './testing/arbitrary-entry.ts';
import { oracleFolders, readFolder, readOracle, skipWithoutData } from './testing/oracle-packages.ts';

describe('descriptions of real packages', { skip: skipWithoutData }, () => {
  for (const folder of oracleFolders) {
    test(`${folder}: byte for byte as createrepo_c wrote them`, async () => {
      const oracle = readOracle(folder);
      const packages = await readFolder(folder, oracle);
      assert.ok(packages.length >= 20);
      for (const { entry } of packages) {
        assert.deepEqual(formatPackage(entry), oracle.get(entry.digest), entry.locationHref);
      }
    });
  }
});

test('a package with control characters, or others that XML forbids, is refused by name', () => {
  const [entry] = fc.sample(arbitraryEntry, 1);
  assert.ok(entry !== undefined);
  for (const character of ['\u0007', '\u001f', '\ufffe', '\uffff']) {
    const broken = { ...entry, metadata: { ...entry.metadata, summary: `bell ${character}` } };
    assert.throws(
      () => formatPackage(broken),
      (error) => error instanceof SlipwayError && error.code === 'REPO_BAD_PACKAGE',
    );
  }
});
