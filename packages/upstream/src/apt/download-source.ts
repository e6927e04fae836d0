import { type Digest, isDigest, nearestNames, SlipwayError, type Store } from '@slipway/core';
import { compareDebianVersions, parseDebianVersion } from '../debian/debian-version.ts';
import { indexFields, splitParagraphs } from './archive-package.ts';
import { missingFiles } from './download.ts';
import { fetchPoolFiles } from './fetch-pool-files.ts';
import type { AptArchive } from './prepare-apt.ts';
import { indexFiles, readFileChunks } from './read-index.ts';

export interface SourceFile {
  /** Base name, for example `bash_5.3.orig.tar.xz`. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly digest: Digest;
}

/** A Debian source package: .dsc, original archives, Debian's changes. */
export interface SourcePackage {
  readonly name: string;
  readonly version: string;
  /** Directory below the archive's root. */
  readonly directory: string;
  readonly files: readonly SourceFile[];
}

/** Files of one source package; texlive-extra has 4. */
const fileLimit = 1000;

export interface WantedSource {
  readonly name: string;
  /** Default: the newest. */
  readonly version?: string;
  /** Which of its files are needed, by name; default: all. A mirror may lack the others. */
  readonly needs?: (file: string) => boolean;
}

/**
 * Brings the needed files of a source package into the store, verified by the signed Sources index; the result names
 * only them. Throws `UPSTREAM_UNKNOWN_PACKAGE`, `UPSTREAM_DIGEST_MISMATCH`, `UPSTREAM_NETWORK`.
 */
export async function downloadSource(archive: AptArchive, wanted: WantedSource, store: Store): Promise<SourcePackage> {
  const found = await findSource(archive, wanted);
  const { needs = () => true } = wanted;
  const source = { ...found, files: found.files.filter(({ name }) => needs(name)) };
  const files = source.files.map(({ name, digest, sizeBytes }) => ({
    ...{ label: `${source.name} ${source.version} (${name})`, path: `${source.directory}/${name}`, digest, sizeBytes },
  }));
  await fetchPoolFiles(archive, await missingFiles(files, store), { store, onBytes: () => {} });
  return source;
}

async function findSource(archive: AptArchive, { name, version }: WantedSource): Promise<SourcePackage> {
  let best: SourcePackage | undefined;
  const names = new Set<string>();
  for (const path of await indexFiles(archive, 'Sources')) {
    for await (const source of readSourcesIndex(readFileChunks(path))) {
      names.add(source.name);
      const matches = source.name === name && (version === undefined || source.version === version);
      if (matches && (best === undefined || isNewer(source.version, best.version))) {
        best = source;
      }
    }
  }
  if (best === undefined) {
    const near = names.has(name) ? [`another version of ${name}`] : nearestNames(name, names);
    throw new SlipwayError(
      'UPSTREAM_UNKNOWN_PACKAGE',
      `Cannot find the source package ${name} ${version ?? ''}`.trim(),
      {
        ...(near.length === 0 ? {} : { hint: `did you mean ${near.join(', ')}?` }),
        data: { name, near },
      },
    );
  }
  return best;
}

function isNewer(a: string, b: string): boolean {
  return compareDebianVersions(parseDebianVersion(a), parseDebianVersion(b)) > 0;
}

const wantedFields: ReadonlySet<string> = new Set(['Package', 'Version', 'Directory', 'Checksums-Sha256']);

/** Reads a Sources index (Debian's repository format). Throws `UPSTREAM_BAD_INDEX`. */
export async function* readSourcesIndex(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<SourcePackage> {
  for await (const paragraph of splitParagraphs(chunks)) {
    const fields = indexFields(paragraph, wantedFields);
    const [name, version, directory] = [fields.get('Package'), fields.get('Version'), fields.get('Directory')];
    if (name === undefined || version === undefined || directory === undefined || directory.split('/').includes('..')) {
      throw new SlipwayError(
        'UPSTREAM_BAD_INDEX',
        `Cannot read the index of sources: ${name ?? 'an entry'} is incomplete`,
      );
    }
    yield { name, version, directory, files: readChecksums(fields.get('Checksums-Sha256') ?? '', name) };
  }
}

function readChecksums(text: string, name: string): SourceFile[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(0, fileLimit).map((line) => {
    const [digest = '', size = '', file = ''] = line.trim().split(/\s+/);
    if (!isDigest(digest) || !/^\d{1,15}$/.test(size) || !/^[A-Za-z0-9][A-Za-z0-9.+~_:-]*$/.test(file)) {
      throw new SlipwayError('UPSTREAM_BAD_INDEX', `Cannot read the index of sources: a checksum line of ${name}`);
    }
    return { name: file, sizeBytes: Number(size), digest };
  });
}
