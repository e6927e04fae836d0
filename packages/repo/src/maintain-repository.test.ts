import assert from 'node:assert/strict';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { Dependency } from '@slipway/rpm';
import fc from 'fast-check';
import { buildRepository } from './build/build-repository.ts';
import { checkRepository } from './check/check-repository.ts';
import { DependencyCheck } from './check/dependency-check.ts';
import { diffRepositories } from './diff-repositories.ts';
import { generateAdvisories } from './generate-advisories.ts';
import { loadRepository } from './load-repository.ts';
import { formatPackage } from './package-xml.ts';
import { applyPrune, planPrune } from './prune-repository.ts';
import { readPackages } from './read-primary.ts';
import type { RepositoryEntry } from './repository-entry.ts';
import { snapshotRepository } from './snapshot-repository.ts';
import { arbitraryEntry } from './testing/arbitrary-entry.ts';
import { rpmData, skipWithoutData } from './testing/oracle-packages.ts';

const scratch = mkdtempSync(join(tmpdir(), 'maintain-test-'));
after(() => rmSync(scratch, { recursive: true }));
const source = join(rpmData, 'rpms/rpm-testsuite/tests/data/RPMS');
const [plain] = fc.sample(arbitraryEntry, { numRuns: 1, seed: 5 }) as [RepositoryEntry];

/** A package of a repository with the given relations. */
function entry(
  name: string,
  relations: { requires?: string[]; provides?: Dependency[]; files?: string[] },
  at: number,
) {
  const requires = (relations.requires ?? []).map((text): Dependency => {
    const [, required = text, version] = /^(\S+) >= (\S+)$/.exec(text) ?? [];
    return { name: required, ...(version === undefined ? {} : { comparison: '>=', evr: evr(version) }) };
  });
  const self: Dependency = { name, comparison: '=', evr: evr('1') };
  const [file] = [...plain.metadata.files, emptyFile];
  const files = (relations.files ?? []).map((path) => ({ ...(file ?? emptyFile), path, mode: 0o100644, flags: 0 }));
  const nothing = { conflicts: [], obsoletes: [], recommends: [], suggests: [], supplements: [], enhances: [] };
  const provides = [self, ...(relations.provides ?? [])];
  const metadata = { ...plain.metadata, ...nothing, name, evr: evr('1'), requires, provides, files };
  return { ...plain, locationHref: `${name}-${at}.rpm`, metadata };
}

const emptyFile = fc.sample(
  arbitraryEntry.filter(({ metadata }) => metadata.files.length > 0),
  { numRuns: 1, seed: 6 },
)[0]?.metadata.files[0] as RepositoryEntry['metadata']['files'][number];

function evr(version: string) {
  return { epoch: 0, version, release: '1' };
}

function primaryOf(entries: RepositoryEntry[]): Buffer {
  return Buffer.from(`<metadata>${entries.map((one) => formatPackage(one).primary).join('')}</metadata>`);
}

test('requirements are met by names, versions, files and rich relations, or named as broken', async () => {
  const packages = [
    entry('lib', { provides: [{ name: 'cap', comparison: '=', evr: evr('2') }], files: ['/usr/bin/tool'] }, 1),
    entry('fine', { requires: ['lib', 'cap >= 2', '/usr/bin/tool', '(nope or lib)', '(nope if absent)'] }, 2),
    entry('also', { requires: ['(lib with cap)', '(lib without absent)', 'rpmlib(X)'] }, 3),
    entry(
      'broken',
      { requires: ['cap >= 3', '/usr/share/x', '(lib and nope)', '(lib with fine)', '(lib without cap)'] },
      4,
    ),
  ];
  const check = new DependencyCheck([await readPackages([primaryOf(packages)])]);
  assert.deepEqual([...check.unknownPaths()], ['/usr/share/x']);
  assert.deepEqual(
    check.broken().map(({ package: one, requirement }) => [one, requirement.name]),
    [
      [3, 'cap'],
      [3, '/usr/share/x'],
      [3, '(lib and nope)'],
      [3, '(lib with fine)'],
      [3, '(lib without cap)'],
    ],
  );
  check.addOwnedPaths(new Set(['/usr/share/x']));
  assert.equal(check.broken().length, 4);
});

test('what changed between two repositories becomes advisories', async () => {
  const read = async (entries: RepositoryEntry[]) => [...(await readPackages([primaryOf(entries)])).all()];
  const newer = (one: RepositoryEntry, version: string) => ({
    ...one,
    metadata: { ...one.metadata, evr: evr(version) },
  });
  const [a, b, c, d] = [entry('a', {}, 0), entry('b', {}, 1), entry('c', {}, 2), entry('d', {}, 3)];
  const changes = diffRepositories(await read([a, b, c]), await read([newer(a, '2'), newer(b, '0'), a, d]));
  assert.deepEqual(
    changes.map(({ kind, name }) => [kind, name]),
    [
      ['upgraded', 'a'],
      ['downgraded', 'b'],
      ['removed', 'c'],
      ['added', 'd'],
    ],
  );
  const advisories = generateAdvisories(changes, { prefix: 'T', time: 7 });
  assert.deepEqual(
    advisories.flatMap(({ kind, packages }) => packages.map(({ name }) => [kind, name])),
    [
      ['bugfix', 'a'],
      ['bugfix', 'd'],
    ],
  );
});

describe('a repository of real packages', { skip: skipWithoutData }, () => {
  function directoryOf(names: readonly string[]): string {
    const directory = mkdtempSync(join(scratch, 'r-'));
    for (const name of names) {
      copyFileSync(join(source, name), join(directory, name));
      utimesSync(join(directory, name), 1_700_000_000, 1_700_000_000);
    }
    return directory;
  }
  const names = ['hello-1.0-1.i386.rpm', 'hello-2.0-1.i686.rpm', 'hello-2.0-1.x86_64.rpm', 'foo-1.0-1.noarch.rpm'];

  test('is checked for files that are missing, changed, unlisted or unsigned', async () => {
    const directory = directoryOf(names);
    await buildRepository(directory, { time: 1 });
    const findings = async (allowUnsigned: boolean) => {
      const found = await checkRepository(await loadRepository(directory), { allowUnsigned });
      return found.filter(({ kind }) => kind !== 'broken-dependency').map(({ kind, subject }) => [kind, subject]);
    };
    assert.deepEqual(await findings(true), []);
    rmSync(join(directory, names[0] as string));
    const changed = readFileSync(join(directory, names[1] as string));
    changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
    writeFileSync(join(directory, names[1] as string), changed);
    copyFileSync(join(source, 'capstest-1.0-1.noarch.rpm'), join(directory, 'new.rpm'));
    assert.deepEqual(await findings(true), [
      ['missing-file', 'hello-1.0-1.i386'],
      ['changed-file', 'hello-2.0-1.i686'],
      ['unlisted-file', 'new.rpm'],
    ]);
    assert.ok((await findings(false)).some(([kind]) => kind === 'unsigned-package'));
    const other = readdirSync(join(directory, 'repodata')).find((name) => name.includes('other')) as string;
    writeFileSync(join(directory, 'repodata', other), 'x');
    assert.deepEqual((await findings(true))[0], ['bad-metadata', `repodata/${other}`]);
  });

  test('loses old versions and metadata that nobody names', async () => {
    const directory = directoryOf([...names, 'foo-1.0-1.noarch.rpm']);
    copyFileSync(join(source, 'hello-1.0-1.ppc64.rpm'), join(directory, 'other.rpm'));
    await buildRepository(directory, { time: 1 });
    rmSync(join(directory, 'other.rpm'));
    await buildRepository(directory, { time: 2 });
    const now = statSync(join(directory, 'repodata/repomd.xml')).mtimeMs / 1000 + 10;
    const loaded = await loadRepository(directory);
    assert.deepEqual(planPrune(loaded, { now }).metadata, []);
    const plan = planPrune(loaded, { now, keepVersions: 1, metadataAge: 0 });
    assert.equal(plan.metadata.length, 3);
    assert.deepEqual(plan.packages, []);
    await applyPrune(directory, plan);
    assert.equal(readdirSync(join(directory, 'repodata')).length, 4);
    assert.equal((await loadRepository(directory)).packages.table.count, 4);
  });

  test('has snapshots that share its files and do not change with it', async () => {
    const directory = directoryOf(names);
    await buildRepository(directory, { time: 1 });
    const target = join(scratch, 'snapshots/one');
    await snapshotRepository(await loadRepository(directory), target);
    const [ours, theirs] = [directory, target].map((place) => statSync(join(place, names[0] as string)));
    assert.equal(ours?.ino, theirs?.ino);
    rmSync(join(directory, names[0] as string));
    await buildRepository(directory, { time: 2 });
    assert.equal((await loadRepository(target)).packages.table.count, names.length);
    assert.equal((await loadRepository(directory)).packages.table.count, names.length - 1);
  });

  test('older than before it is refused unless asked for', async () => {
    const directory = directoryOf(names);
    const cache = { directory: join(scratch, 'cache'), name: 'base' };
    await buildRepository(directory, { time: 20 });
    const first = await loadRepository(directory, { cache });
    const again = await loadRepository(directory, { cache });
    assert.deepEqual([...again.packages.all()], [...first.packages.all()]);
    first.close();
    again.close();
    await buildRepository(directory, { time: 10, fresh: true });
    await assert.rejects(loadRepository(directory, { cache }), { code: 'REPO_ROLLBACK' });
    (await loadRepository(directory, { cache, allowRollback: true })).close();
    (await loadRepository(directory, { cache })).close();
  });
});
