import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sha256 } from '@slipway/core';
import fc from 'fast-check';
import { formatPackage } from '../package-xml.ts';
import { readPackages } from '../read-primary.ts';
import { arbitraryEntry } from '../testing/arbitrary-entry.ts';
import { openMetadataCache, writeMetadataCache } from './metadata-cache.ts';
import { type PackageTable, relationKinds, relationMask } from './package-table.ts';

const scratch = mkdtempSync(join(tmpdir(), 'metadata-cache-test-'));
after(() => rmSync(scratch, { recursive: true }));
const path = join(scratch, 'cache');
const key = sha256('repomd');

function primaryOf(entries: Parameters<typeof formatPackage>[0][]): Buffer {
  const packages = entries.map((entry) => formatPackage(entry).primary).join('');
  return Buffer.from(`<metadata packages="${entries.length}">\n${packages}</metadata>`);
}

const someEntries = fc.array(arbitraryEntry, { maxLength: 8 });

test('packages from the cache are those of primary.xml', async () => {
  await fc.assert(
    fc.asyncProperty(someEntries, async (entries) => {
      const primary = primaryOf(entries);
      const direct = await readPackages([primary]);
      (await writeMetadataCache(path, key, [primary.subarray(0, 100), primary.subarray(100)])).close();
      const cached = openMetadataCache(path, key);
      assert.ok(cached !== undefined);
      assert.deepEqual([...cached.packages.all()], [...direct.all()]);
      assert.deepEqual({ ...cached.table }, { ...direct.table });
      cached.close();
    }),
    { numRuns: 50 },
  );
});

test('the indexes of a table say what going through all packages says', async () => {
  await fc.assert(
    fc.asyncProperty(someEntries, async (entries) => {
      const { table } = await readPackages([primaryOf(entries)]);
      for (let id = 0; id < table.stringCount; id++) {
        assert.equal(table.find(table.text(id)), id);
        assert.deepEqual(listed(table.packagesNamed, id), table.names.reduce<number[]>(collectIf(id), []));
        assert.deepEqual(listed(table.providers, id), related(table, 'provides', id));
        assert.deepEqual(listed(table.enhancers, id), related(table, 'enhances', id));
        assert.deepEqual(listed(table.fileOwners, id), owners(table, id));
      }
      assert.equal(table.find('nowhere to be found'), -1);
    }),
    { numRuns: 50 },
  );
});

const collectIf = (wanted: number) => (found: number[], id: number, at: number) =>
  id === wanted ? [...found, at] : found;

function listed({ starts, packages }: PackageTable['packagesNamed'], id: number): number[] {
  return [...packages.subarray(starts[id], starts[id + 1])];
}

function related(table: PackageTable, kind: (typeof relationKinds)[number], id: number): number[] {
  const found: number[] = [];
  for (let one = 0; one < table.count; one++) {
    const list = one * relationKinds.length + relationKinds.indexOf(kind);
    for (const item of table.relationItems.subarray(table.relationStarts[list], table.relationStarts[list + 1])) {
      if (table.relationNames[item & relationMask] === id) {
        found.push(one);
      }
    }
  }
  return found;
}

function owners(table: PackageTable, id: number): number[] {
  const found: number[] = [];
  for (let one = 0; one < table.count; one++) {
    for (const file of table.fileItems.subarray(table.fileStarts[one], table.fileStarts[one + 1])) {
      if (file === id) {
        found.push(one);
      }
    }
  }
  return found;
}

test('a cache of another repomd.xml, a damaged one and a cut one are as good as none', async () => {
  (await writeMetadataCache(path, key, [primaryOf(fc.sample(arbitraryEntry, { numRuns: 3, seed: 1 }))])).close();
  assert.equal(openMetadataCache(path, sha256('another')), undefined);
  assert.equal(openMetadataCache(join(scratch, 'absent'), key), undefined);
  const bytes = readFileSync(path);
  const columns = bytes.readDoubleLE(48);
  const broken = join(scratch, 'broken');
  for (const at of [0, 9, 41, 49, 57, columns, columns + 100, bytes.length - 9]) {
    const damaged = Buffer.from(bytes);
    damaged[at] = (damaged[at] as number) ^ 1;
    writeFileSync(broken, damaged);
    assert.equal(openMetadataCache(broken, key), undefined, `byte ${at}`);
  }
  for (let length = 0; length < bytes.length; length += 9973) {
    writeFileSync(broken, bytes.subarray(0, length));
    assert.equal(openMetadataCache(broken, key), undefined, `${length} bytes`);
  }
});

test('a primary.xml that fails at its end leaves no cache', async () => {
  const target = join(scratch, 'failed', 'cache');
  const primary = primaryOf(fc.sample(arbitraryEntry, { numRuns: 3, seed: 2 }));
  await assert.rejects(writeMetadataCache(target, key, [primary.subarray(0, -3)]), { code: 'FORMATS_BAD_XML' });
  assert.deepEqual(readdirSync(join(scratch, 'failed')), []);
});
