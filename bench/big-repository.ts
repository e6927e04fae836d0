/**
 * A repository of Debian's size: every package of the testing list that the quickstart fetched, with its real names,
 * versions and relations in rpm's terms; texts, files and sizes are made up from a fixed seed, so that the same list gives
 * the same bytes. Kept in Slipway's cache, because making it takes longer than most benchmarks.
 */
import { createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { asDigest, DigestingStream, sha256 } from '@slipway/core';
import { compareLocations, type RepositoryEntry, writeRepository } from '@slipway/repo';
import type { PackageFile } from '@slipway/rpm';
import {
  type ArchivePackage,
  buildImportContext,
  importFacts,
  mapRelations,
  mapVersion,
  readPackagesIndex,
} from '@slipway/upstream';
import { cache } from './inputs.ts';

/** Changes whenever other bytes are made from the same list. */
const generation = 3;
const time = 1_793_404_800;
const lists = join(cache, 'apt/debian/lists');

export interface BigRepository {
  readonly directory: string;
  readonly packageCount: number;
}

/** The repository, made when it is not there yet; undefined when the machine has no package list. */
export async function bigRepository(): Promise<BigRepository | undefined> {
  const list = existsSync(lists) ? readdirSync(lists).find((name) => name.endsWith('_Packages')) : undefined;
  if (list === undefined) {
    return undefined;
  }
  const digest = new DigestingStream();
  const packages: ArchivePackage[] = [];
  for await (const one of readPackagesIndex(digest.through(createReadStream(join(lists, list))))) {
    packages.push(one);
  }
  const key = sha256(`${generation} ${digest.digest()}`).slice(0, 16);
  const directory = join(cache, 'bench', `big-repository-${key}`);
  if (!existsSync(join(directory, 'repodata/repomd.xml'))) {
    await make(directory, packages);
  }
  return { directory, packageCount: packages.length };
}

async function make(directory: string, packages: readonly ArchivePackage[]): Promise<void> {
  mkdirSync(dirname(directory), { recursive: true });
  const temporary = `${directory}.${process.pid}`;
  const context = buildImportContext(packages);
  const entries = packages
    .map((one) => ({
      one,
      locationHref: `Packages/${one.name.slice(0, 1)}/${one.name}-${one.digest.slice(0, 12)}.rpm`,
    }))
    .sort((a, b) => compareLocations(a.locationHref, b.locationHref));
  async function* described(): AsyncGenerator<RepositoryEntry> {
    for (const { one, locationHref } of entries) {
      yield describe(one, locationHref, mapRelations(one, importFacts(context, one)));
    }
  }
  await writeRepository(temporary, described(), { time, packageCount: packages.length, compressionLevel: 3 });
  rmSync(directory, { recursive: true, force: true });
  renameSync(temporary, directory);
}

function describe(
  one: ArchivePackage,
  locationHref: string,
  relations: ReturnType<typeof mapRelations>,
): RepositoryEntry {
  const random = generator(one.digest);
  const evr = mapVersion(one.version);
  return {
    metadata: {
      name: one.name,
      evr,
      arch: one.architecture === 'all' ? 'noarch' : 'x86_64',
      summary: sentence(random, 6),
      description: paragraphs(random),
      license: 'GPL-2.0-or-later',
      url: `https://example.org/${one.sourceName}`,
      vendor: 'Debian',
      packager: '',
      group: one.section,
      buildHost: 'bench.example.org',
      buildTime: time - random(1e7),
      sourceRpm: `${one.sourceName}-${evr.version}-${evr.release}.src.rpm`,
      installedSizeBytes: one.sizeBytes * 3,
      archiveSizeBytes: 0,
      files: files(one.name, random),
      scriptlets: [],
      changelog: [],
      ...relations,
    },
    locationHref,
    digest: asDigest(one.digest),
    sizeBytes: one.sizeBytes,
    headerRange: { start: 4504, end: 4504 + 4096 + random(20_000) },
    fileTime: time,
  };
}

type Random = (below: number) => number;

/** Whole numbers from a seed (xorshift32; Marsaglia, "Xorshift RNGs", 2003). */
function generator(seed: string): Random {
  let state = Number.parseInt(seed.slice(0, 8), 16) || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const syllables = [
  'ba',
  'cor',
  'de',
  'fi',
  'gram',
  'ho',
  'in',
  'ker',
  'lo',
  'mat',
  'net',
  'or',
  'pack',
  'qui',
  'ris',
  'ta',
];

function word(random: Random): string {
  return Array.from({ length: 1 + random(3) }, () => syllables[random(syllables.length)]).join('');
}

function sentence(random: Random, words: number): string {
  return Array.from({ length: words }, () => word(random)).join(' ');
}

function paragraphs(random: Random): string {
  return Array.from({ length: 1 + random(2) }, () => sentence(random, 12 + random(24))).join('.\n');
}

/** A few files that primary.xml names, more that it does not. */
function files(name: string, random: Random): PackageFile[] {
  const documents = Array.from({ length: 8 + random(30) }, (_, at) => `/usr/share/${name}/${word(random)}/${at}`);
  const programs =
    random(3) === 0 ? Array.from({ length: 1 + random(5) }, () => `/usr/bin/${name}-${word(random)}`) : [];
  const settings = random(5) === 0 ? [`/etc/${name}/${word(random)}.conf`] : [];
  return [...settings, ...programs, ...documents].map((path) => ({ ...plainFile, path }));
}

const plainFile = {
  mode: 0o100644,
  user: 'root',
  group: 'root',
  mtime: time,
  sizeBytes: 1,
  digest: undefined,
  linkTarget: '',
  flags: 0,
  lang: '',
  caps: '',
  rdev: 0,
  device: 0,
  inode: 0,
} as const;
