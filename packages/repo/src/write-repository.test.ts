import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { metadataFacts } from './describe/metadata-facts.ts';
import type { ListedRelation } from './describe/package-facts.ts';
import { openMetadata } from './open-metadata.ts';
import { mergeFilelists, readFilelists } from './read-filelists.ts';
import { readPrimary } from './read-primary.ts';
import { type RepoPackage, toResolvable } from './repo-package.ts';
import { type RepomdRecord, readRepomd } from './repomd.ts';
import type { RepositoryEntry } from './repository-entry.ts';
import { arbitraryEntry } from './testing/arbitrary-entry.ts';
import { oracleFolders, readFolder, skipWithoutData } from './testing/oracle-packages.ts';
import { writeRepository } from './write-repository.ts';

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) {
    items.push(item);
  }
  return items;
}

const scratch = mkdtempSync(join(tmpdir(), 'repo-test-'));
after(() => rmSync(scratch, { recursive: true }));
const directory = (): string => mkdtempSync(join(scratch, 'r-'));

function recordOf(repository: string, type: string): RepomdRecord {
  const record = readRepomd(readFileSync(join(repository, 'repodata/repomd.xml'))).records.find(
    (one) => one.type === type,
  );
  assert.ok(record !== undefined);
  return record;
}

function open(repository: string, type: string): AsyncIterable<Uint8Array> {
  const record = recordOf(repository, type);
  return openMetadata(createReadStream(join(repository, record.locationHref)), record);
}

async function readBack(repository: string): Promise<RepoPackage[]> {
  return mergeFilelists(
    await collect(readPrimary(open(repository, 'primary'))),
    readFilelists(open(repository, 'filelists')),
  );
}

const comparisons = { LT: '<', LE: '<=', EQ: '=', GE: '>=', GT: '>' } as const;

/** What rpm-md keeps of an entry. */
function asRead(entry: RepositoryEntry): RepoPackage {
  const { scriptlets: _, changelog: __, files, ...metadata } = entry.metadata;
  const { relations } = metadataFacts(entry.metadata);
  const strip = (list: readonly ListedRelation[]): RepoPackage['requires'] =>
    list.map(({ name, flags, epoch, version, release, pre }) => ({
      name,
      ...(flags === '' ? {} : { comparison: comparisons[flags], evr: { epoch: Number(epoch), version, release } }),
      ...(pre ? { pre } : {}),
    }));
  return {
    ...metadata,
    provides: strip(relations.provides),
    requires: strip(relations.requires),
    conflicts: strip(relations.conflicts),
    obsoletes: strip(relations.obsoletes),
    recommends: strip(relations.recommends),
    suggests: strip(relations.suggests),
    supplements: strip(relations.supplements),
    enhances: strip(relations.enhances),
    checksum: { algorithm: 'sha256', value: entry.digest },
    fileTime: entry.fileTime,
    sizeBytes: entry.sizeBytes,
    locationHref: entry.locationHref,
    locationBase: undefined,
    headerRange: entry.headerRange,
    files: files.map(({ path, mode, flags }) => ({
      path,
      type: (mode & 0o170000) === 0o040000 ? 'dir' : (flags & 64) !== 0 ? 'ghost' : 'file',
    })),
  };
}

test('what was written reads back, and the same packages give the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(arbitraryEntry, { maxLength: 5, selector: (one) => one.digest }),
      async (entries) => {
        const [first, second] = [directory(), directory()];
        const repomd = await writeRepository(first, entries, { time: 7 });
        await writeRepository(second, entries.toReversed(), { time: 7 });
        assert.deepEqual(readRepomd(readFileSync(join(first, 'repodata/repomd.xml'))), repomd);
        assert.deepEqual(readdirSync(join(first, 'repodata')).sort(), readdirSync(join(second, 'repodata')).sort());
        const sorted = entries.toSorted((a, b) => (a.locationHref < b.locationHref ? -1 : 1));
        assert.deepEqual(await readBack(first), sorted.map(asRead));
      },
    ),
    { numRuns: 25 },
  );
});

test('tags, further files and the signature are written, repomd.xml covers all of them', async () => {
  const repository = directory();
  await writeRepository(repository, [], {
    time: 5,
    revision: 'seven',
    tags: { repo: ['stable'], distro: [{ name: 'Slipway', cpeId: 'cpe:/o:slipway' }] },
    additional: [{ type: 'updateinfo', name: 'updateinfo.xml', content: [Buffer.from('<updates/>')] }],
    sign: async (bytes) => `signature over ${bytes.length} bytes`,
  });
  const bytes = readFileSync(join(repository, 'repodata/repomd.xml'));
  const { revision, tags, records } = readRepomd(bytes);
  assert.deepEqual(
    [revision, tags?.repo, tags?.distro],
    ['seven', ['stable'], [{ name: 'Slipway', cpeId: 'cpe:/o:slipway' }]],
  );
  assert.deepEqual(
    records.map(({ type }) => type),
    ['primary', 'filelists', 'other', 'updateinfo'],
  );
  assert.equal(Buffer.concat(await collect(open(repository, 'updateinfo'))).toString(), '<updates/>');
  assert.equal(
    readFileSync(join(repository, 'repodata/repomd.xml.asc'), 'utf8'),
    `signature over ${bytes.length} bytes`,
  );
});

test('a failure leaves the earlier repository as it was', async () => {
  const repository = directory();
  const [entry] = fc.sample(arbitraryEntry, 1);
  assert.ok(entry !== undefined);
  await writeRepository(repository, [entry], { time: 1 });
  const before = readdirSync(join(repository, 'repodata')).sort();
  const bad = { ...entry, metadata: { ...entry.metadata, summary: '\u0001' } };
  await assert.rejects(writeRepository(repository, [bad], { time: 2 }), { code: 'REPO_BAD_PACKAGE' });
  await assert.rejects(writeRepository(repository, [{ ...entry, locationHref: '../x.rpm' }], { time: 2 }), {
    code: 'REPO_BAD_PACKAGE',
  });
  const twice = (async function* () {
    yield entry;
    yield entry;
  })();
  await assert.rejects(writeRepository(repository, twice, { time: 2, packageCount: 2 }), { code: 'REPO_UNORDERED' });
  assert.deepEqual(readdirSync(join(repository, 'repodata')).sort(), before);
});

test('a metadata file that is not the announced one is refused', async () => {
  const repository = directory();
  await writeRepository(repository, fc.sample(arbitraryEntry, { numRuns: 1 }), { time: 1 });
  const record = recordOf(repository, 'primary');
  const bytes = readFileSync(join(repository, record.locationHref));
  const wrong: [Uint8Array, RepomdRecord][] = [
    [Buffer.concat([bytes, Buffer.from([0])]), record],
    [bytes.subarray(0, -1), record],
    [bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte)), record],
    [bytes, { ...record, open: { checksum: record.checksum, sizeBytes: record.open?.sizeBytes ?? 0 } }],
    [bytes, { ...record, open: { checksum: record.checksum, sizeBytes: 10 } }],
  ];
  for (const [content, announced] of wrong) {
    await assert.rejects(collect(openMetadata([content], announced)), SlipwayError);
  }
});

test('random bytes and broken documents never do worse than a SlipwayError', async () => {
  const repository = directory();
  await writeRepository(repository, fc.sample(arbitraryEntry, { numRuns: 2, seed: 1 }), { time: 1 });
  const primary = Buffer.concat(await collect(open(repository, 'primary')));
  const filelists = Buffer.concat(await collect(open(repository, 'filelists')));
  const repomd = readFileSync(join(repository, 'repodata/repomd.xml'));
  const tolerate = (error: unknown): void => assert.ok(error instanceof SlipwayError, String(error));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 3 }),
      fc.uint8Array(),
      async (edits, noise) => {
        for (const document of [primary, filelists, repomd, Buffer.from(noise)]) {
          const broken = Buffer.from(document);
          for (const [at, byte] of edits) {
            broken[at % Math.max(broken.length, 1)] = byte;
          }
          await collect(readPrimary([broken])).catch(tolerate);
          await collect(readFilelists([broken])).catch(tolerate);
          try {
            readRepomd(broken);
          } catch (error) {
            tolerate(error);
          }
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('locations that leave the repository are refused', () => {
  const sum = 'a'.repeat(64);
  for (const href of ['../primary.xml', '/etc/passwd', 'a/../../b', 'http://x/y', 'a\\b', '']) {
    const text = `<repomd><data type="primary"><checksum type="sha256">${sum}</checksum><location href="${href}"/><size>1</size></data></repomd>`;
    assert.throws(() => readRepomd(Buffer.from(text)), { code: 'REPO_BAD_METADATA' }, href);
  }
});

test('packages go to a solver without loss', async () => {
  const repository = directory();
  const [entry] = fc.sample(arbitraryEntry, 1);
  assert.ok(entry !== undefined);
  await writeRepository(repository, [entry], { time: 1 });
  const [one] = await readBack(repository);
  assert.ok(one !== undefined);
  const resolvable = toResolvable(one, { repository: 'base', priority: 10 });
  assert.deepEqual([resolvable.id, resolvable.priority], [`base/${entry.locationHref}`, 10]);
  assert.deepEqual(resolvable.provides, one.provides);
});

const tree = join(homedir(), '.cache/slipway/judge');
const judge = existsSync(tree) ? realpathSync(tree) : undefined;
const skip = skipWithoutData !== false ? skipWithoutData : judge === undefined ? 'the judge tree is not here' : false;

describe('judged by createrepo_c and dnf5', { skip }, () => {
  for (const folder of oracleFolders) {
    test(folder, async () => {
      const inside = mkdtempSync(join(judge as string, 'tmp/repo-test-'));
      try {
        await compareWithJudges(inside, folder);
      } finally {
        rmSync(inside, { recursive: true });
      }
    });
  }
});

/** Both repositories list the same packages in the same bytes; dnf5 reads ours. */
async function compareWithJudges(inside: string, folder: string): Promise<void> {
  // createrepo_c ends with a failure when it left out a package
  const run = (...command: string[]): string =>
    spawnSync('chroot', [judge as string, ...command], { encoding: 'utf8' }).stdout;
  const [ours, theirs] = [join(inside, 'ours'), join(inside, 'theirs')];
  mkdirSync(ours);
  mkdirSync(theirs);
  const entries: RepositoryEntry[] = [];
  for (const { path, entry } of await readFolder(folder)) {
    const name = `${entry.digest}.rpm`;
    copyFileSync(path, join(theirs, name));
    utimesSync(join(theirs, name), entry.fileTime, entry.fileTime);
    entries.push({ ...entry, locationHref: name });
  }
  run(
    'createrepo_c',
    '--general-compress-type=zstd',
    '--revision=1',
    '--set-timestamp-to-revision',
    join('/tmp', basename(inside), 'theirs'),
  );
  const expected = (await textOf(theirs, 'primary')).match(/<package [\s\S]*?<\/package>/g) ?? [];
  const listed = new Set(expected.map((xml) => /pkgid="YES">([0-9a-f]{64})/.exec(xml)?.[1]));
  // createrepo_c leaves out what it cannot describe
  await writeRepository(
    ours,
    entries.filter(({ digest }) => listed.has(digest)),
    { time: 1 },
  );
  for (const type of ['primary', 'filelists', 'other']) {
    const [mine, their] = [await textOf(ours, type), await textOf(theirs, type)];
    assert.deepEqual(sortedPackages(mine), sortedPackages(their), type);
    assert.equal(mine.split('\n', 2)[1], their.split('\n', 2)[1]);
  }
  const url = `file:///tmp/${basename(inside)}/ours`;
  const names = run(
    'dnf5',
    '-q',
    `--repofrompath=x,${url}`,
    '--repo=x',
    '--setopt=cachedir=/tmp/' + basename(inside) + '/cache',
    'repoquery',
    '--available',
    '--queryformat=%{name}\n',
  );
  const known = new Set(entries.filter(({ digest }) => listed.has(digest)).map(({ metadata }) => metadata.name));
  assert.ok(names.split('\n').filter(Boolean).length > 0);
  assert.ok(
    names
      .split('\n')
      .filter(Boolean)
      .every((name) => known.has(name)),
    names.slice(0, 400),
  );
}

async function textOf(repository: string, type: string): Promise<string> {
  return Buffer.concat(await collect(open(repository, type))).toString();
}

function sortedPackages(text: string): string[] {
  return (text.match(/<package [\s\S]*?<\/package>/g) ?? []).sort();
}
