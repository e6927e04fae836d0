import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildRepositoryResult, buildRepository, openMetadata, type Repomd, readRepomd } from '@slipway/repo';
import type { CaseResult } from './case-result.ts';
import type { CaseSet } from './case-set.ts';

/** The listings that are compared, and what a package's listing is called in a difference. */
const types = ['primary', 'filelists', 'filelists-ext', 'other'] as const;
type Listing = Map<string, string>;

/**
 * `createrepo RPM_DIR ORACLE_DIR`: metadata that we make of the packages below RPM_DIR against what createrepo_c made of
 * them. Both may also be directories of such directories, with the same names. Times of files are not compared; packages
 * that the recorded metadata has and RPM_DIR has not are passed over. Of each pair: one case for the documents, one for
 * each package.
 */
export const createrepoCases: CaseSet = async function* (paths) {
  const [rpms = '', oracle = ''] = paths;
  if (paths.length !== 2) {
    throw new Error('createrepo needs two directories: RPM_DIR ORACLE_DIR');
  }
  if (existsSync(join(oracle, 'repodata'))) {
    yield* compareRepository('', rpms, oracle);
    return;
  }
  for (const name of readdirSync(oracle).sort()) {
    if (existsSync(join(oracle, name, 'repodata')) && existsSync(join(rpms, name))) {
      yield* compareRepository(`${name}/`, join(rpms, name), join(oracle, name));
    }
  }
};

async function* compareRepository(prefix: string, rpms: string, oracle: string): AsyncGenerator<CaseResult> {
  const output = mkdtempSync(join(tmpdir(), 'createrepo-cases-'));
  try {
    const theirs = readRepomd(readFileSync(join(oracle, 'repodata/repomd.xml')));
    const withHashes = theirs.records.some(({ type }) => type === 'filelists-ext');
    const options = { time: 1, outputDirectory: output, withHashes, skipBroken: true, workers: 2 };
    const ours = await buildRepository(rpms, options);
    yield* compareDocuments(prefix, { ours, output, theirs, oracle, rpms });
  } finally {
    rmSync(output, { recursive: true });
  }
}

interface Pair {
  readonly ours: BuildRepositoryResult;
  readonly output: string;
  readonly theirs: Repomd;
  readonly oracle: string;
  readonly rpms: string;
}

async function* compareDocuments(
  prefix: string,
  { ours, output, theirs, oracle, rpms }: Pair,
): AsyncGenerator<CaseResult> {
  const differences = new Map<string, string[]>();
  const documents: string[] = [];
  if (structure(ours.repomd) !== structure(theirs)) {
    documents.push(`repomd.xml lists ${structure(ours.repomd)}, not ${structure(theirs)}`);
  }
  const theirPlaces = locations(await readDocument(oracle, theirs, 'primary'));
  const isHere = (location: string | undefined) => location !== undefined && existsSync(join(rpms, location));
  const ourPlaces = locations(await readDocument(output, ours.repomd, 'primary'));
  for (const type of types.filter((one) => theirs.records.some((record) => record.type === one))) {
    const [mine, their] = [await readDocument(output, ours.repomd, type), await readDocument(oracle, theirs, type)];
    const all = listingsOf(their, theirPlaces, isHere);
    const made = listingsOf(mine, ourPlaces, isHere);
    if (all.size === theirPlaces.length) {
      documents.push(...compareText(type, framed(mine), framed(their)));
    }
    if ([...made.keys()].join('\n') !== [...all.keys()].join('\n')) {
      documents.push(`${type}: other packages, or in another order`);
    }
    for (const location of new Set([...all.keys(), ...made.keys()])) {
      const found = differences.get(location) ?? [];
      differences.set(location, found);
      found.push(...compareListings(type, made.get(location), all.get(location)));
    }
  }
  yield { name: `${prefix}repodata`, differences: documents };
  for (const [location, found] of differences) {
    yield { name: `${prefix}${location}`, differences: found };
  }
}

/** What repomd.xml says but for digests, sizes and times. */
function structure({ records }: Repomd): string {
  return records
    .map(({ type, locationHref, open }) => {
      const name = locationHref.replace(/[0-9a-f]{64}-/, '');
      return `${type} in ${name}${open === undefined ? '' : ' with its open size'}`;
    })
    .join(', ');
}

async function readDocument(directory: string, { records }: Repomd, type: string): Promise<string> {
  const record = records.find((one) => one.type === type);
  if (record === undefined) {
    return '';
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of openMetadata([readFileSync(join(directory, record.locationHref))], record)) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function packagesOf(document: string): string[] {
  return document.match(/<package [\s\S]*?<\/package>\n/g) ?? [];
}

/** In the order of the document, which is that of all documents. */
function locations(primary: string): string[] {
  return packagesOf(primary).map((xml) => /<location[^>]* href="([^"]*)"/.exec(xml)?.[1] ?? '');
}

function listingsOf(
  document: string,
  places: readonly string[],
  isHere: (location: string | undefined) => boolean,
): Listing {
  const listings = packagesOf(document).map((xml, at): [string, string] => [places[at] ?? `package ${at + 1}`, xml]);
  return new Map(listings.filter(([location]) => isHere(location)));
}

function withoutTime(xml: string): string {
  return xml.replace(/<time file="[0-9]+"/, '<time file=""');
}

function compareListings(type: string, mine: string | undefined, their: string | undefined): string[] {
  if (mine === undefined || their === undefined) {
    return [`${type}: ${mine === undefined ? 'we leave it out' : 'createrepo_c leaves it out'}`];
  }
  return compareText(type, withoutTime(mine), withoutTime(their));
}

/** What stands around the packages. */
function framed(document: string): string {
  return document.replace(/<package [\s\S]*<\/package>\n/, '');
}

function compareText(type: string, mine: string, their: string): string[] {
  const [a, b] = [mine.split('\n'), their.split('\n')];
  const at = a.findIndex((line, index) => line !== b[index]);
  if (at < 0 && a.length === b.length) {
    return [];
  }
  const place = at < 0 ? a.length : at;
  return [`${type}: ${JSON.stringify(a[place] ?? 'nothing')}, not ${JSON.stringify(b[place] ?? 'nothing')}`];
}
