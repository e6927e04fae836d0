import assert from 'node:assert/strict';
import {
  copyFileSync,
  mkdirSync,
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
import { SlipwayError } from '@slipway/core';
import { rpmData, skipWithoutData } from '../testing/oracle-packages.ts';
import { type BuildRepositoryOptions, buildRepository } from './build-repository.ts';

const scratch = mkdtempSync(join(tmpdir(), 'build-repository-test-'));
after(() => rmSync(scratch, { recursive: true }));
const source = join(rpmData, 'rpms/rpm-testsuite/tests/data/RPMS');
const time = 1_700_000_000;

/** A directory with some real packages, all of the same age. */
function someDirectory(count = 8): { directory: string; names: string[] } {
  const directory = mkdtempSync(join(scratch, 'r-'));
  mkdirSync(join(directory, 'sub'));
  const names = readdirSync(source)
    .filter((name) => name.endsWith('.rpm'))
    .sort()
    .slice(0, count)
    .map((name, at) => (at % 2 === 0 ? name : `sub/${name}`));
  for (const name of names) {
    copyFileSync(join(source, name.replace('sub/', '')), join(directory, name));
    utimesSync(join(directory, name), time, time);
  }
  return { directory, names };
}

function build(directory: string, options: Partial<BuildRepositoryOptions> = {}) {
  return buildRepository(directory, { time: 1, ...options });
}

function metadataNames(directory: string): string[] {
  return readdirSync(join(directory, 'repodata')).sort();
}

/** Another content of the same size and age: only who opens the file can see it. */
function spoil(path: string): void {
  const { size, mtime } = statSync(path);
  writeFileSync(path, Buffer.alloc(size));
  utimesSync(path, mtime, mtime);
}

describe('metadata of real packages', { skip: skipWithoutData }, () => {
  test('is the same from one thread and from several', async () => {
    const { directory } = someDirectory(20);
    await build(directory, { withHashes: true });
    const alone = metadataNames(directory);
    rmSync(join(directory, 'repodata'), { recursive: true });
    await build(directory, { withHashes: true, workers: 3 });
    assert.deepEqual(metadataNames(directory), alone);
  });

  test('is left alone when nothing changed, and unchanged packages are not opened', async () => {
    const { directory, names } = someDirectory();
    const first = await build(directory);
    assert.equal(first.readCount, names.length);
    const before = metadataNames(directory);
    for (const name of names.slice(1)) {
      spoil(join(directory, name));
    }
    assert.deepEqual(await build(directory, { time: 2 }), { ...first, readCount: 0, isUpToDate: true });
    utimesSync(join(directory, names[0] as string), time + 1, time + 1);
    const renewed = await build(directory, { time: 2 });
    assert.deepEqual([renewed.readCount, renewed.packageCount, renewed.isUpToDate], [1, names.length, false]);
    assert.notDeepEqual(metadataNames(directory), before);
    utimesSync(join(directory, names[0] as string), time, time);
    await build(directory);
    assert.deepEqual(
      metadataNames(directory).filter((name) => before.includes(name)),
      before,
    );
    await assert.rejects(build(directory, { fresh: true }), { code: 'REPO_BROKEN_PACKAGES' });
  });

  test('renewed in steps it is what it would be in one go', async () => {
    const { directory, names } = someDirectory();
    const moved = join(scratch, 'moved.rpm');
    const withoutOne = async () => {
      const built = await build(directory, { withHashes: true });
      return [built.packageCount, metadataNames(directory)] as const;
    };
    const [all] = await withoutOne();
    copyFileSync(join(directory, names[3] as string), moved);
    rmSync(join(directory, names[3] as string));
    const [fewer] = await withoutOne();
    assert.deepEqual([all, fewer], [names.length, names.length - 1]);
    const added = join(directory, 'zz.rpm');
    copyFileSync(moved, added);
    utimesSync(added, time, time);
    const { repomd } = await build(directory, { withHashes: true });
    const { repomd: atOnce } = await build(directory, { withHashes: true, fresh: true });
    assert.deepEqual(repomd, atOnce);
  });

  test('metadata of another directory serves for the same packages', async () => {
    const { directory, names } = someDirectory();
    await build(directory);
    const output = mkdtempSync(join(scratch, 'o-'));
    for (const name of names) {
      spoil(join(directory, name));
    }
    const built = await build(directory, { outputDirectory: output, updateFrom: [directory] });
    assert.deepEqual([built.readCount, built.packageCount], [0, names.length]);
    assert.deepEqual(metadataNames(output), metadataNames(directory));
  });

  test('a broken package stops it, or is left out and named', async () => {
    const { directory, names } = someDirectory();
    writeFileSync(join(directory, 'broken.rpm'), readFileSync(join(directory, names[0] as string)).subarray(0, 500));
    await assert.rejects(build(directory), (error) => {
      assert.ok(error instanceof SlipwayError);
      assert.equal(error.code, 'REPO_BROKEN_PACKAGES');
      assert.match(error.message, /broken\.rpm/);
      return true;
    });
    assert.deepEqual(metadataNames(directory), []);
    const { broken, packageCount } = await build(directory, { skipBroken: true });
    assert.deepEqual([broken.map(({ locationHref }) => locationHref), packageCount], [['broken.rpm'], names.length]);
  });

  test('groups, advisories and modules stay until new ones come', async () => {
    const { directory, names } = someDirectory();
    const modules = { type: 'modules', name: 'modules.yaml', content: [Buffer.from('---\n')] };
    const first = await build(directory, { additional: [modules] });
    utimesSync(join(directory, names[0] as string), time + 5, time + 5);
    const second = await build(directory, { time: 9 });
    assert.deepEqual(second.repomd.records.at(-1), first.repomd.records.at(-1));
    assert.equal(second.repomd.records.at(-1)?.type, 'modules');
  });

  test('every compression that is written reads back', async () => {
    const { directory } = someDirectory(3);
    for (const compression of ['gzip', 'xz', 'none', 'zstd'] as const) {
      await build(directory, { compression });
      assert.equal((await build(directory, { compression })).isUpToDate, true, compression);
    }
  });
});
