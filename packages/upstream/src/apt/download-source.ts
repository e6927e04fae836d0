import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, isDigest, SlipwayError, type Store } from '@slipway/core';
import { compareDebianVersions, parseDebianVersion } from '../debian/debian-version.ts';
import { indexFields, splitParagraphs } from './archive-package.ts';
import { nearestNames } from './nearest-names.ts';
import type { AptArchive } from './prepare-apt.ts';
import { indexFiles, readFileChunks } from './read-index.ts';
import { aptError, runApt } from './run-apt.ts';

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

/**
 * Brings the files of a source package into the store, verified by the signed Sources index: its newest version, or
 * the given one. Throws `UPSTREAM_UNKNOWN_PACKAGE`, `UPSTREAM_DIGEST_MISMATCH`, `UPSTREAM_NETWORK`.
 */
export async function downloadSource(
  archive: AptArchive,
  wanted: { readonly name: string; readonly version?: string },
  store: Store,
): Promise<SourcePackage> {
  const source = await findSource(archive, wanted);
  const present = await Promise.all(source.files.map(({ digest }) => store.has(digest)));
  if (present.every((has) => has)) {
    return source;
  }
  const directory = join(archive.workDirectory, `source-${source.name}`);
  await mkdir(directory, { recursive: true });
  const result = await runApt(
    'apt-get',
    ['source', '-q', '--download-only', '--', `${source.name}=${source.version}`],
    {
      ...archive,
      cwd: directory,
    },
  );
  if (result.status !== 0) {
    throw aptError(`download the source of ${source.name}`, result);
  }
  for (const file of source.files) {
    await adoptFile(source, file, { directory, store });
  }
  await rm(directory, { recursive: true, force: true });
  return source;
}

async function adoptFile(
  source: SourcePackage,
  file: SourceFile,
  { directory, store }: { directory: string; store: Store },
): Promise<void> {
  try {
    await store.putFile(join(directory, file.name), file.digest, true);
  } catch (cause) {
    if (!(cause instanceof SlipwayError) || cause.code !== 'CORE_DIGEST_MISMATCH') {
      throw cause;
    }
    await rm(join(directory, file.name), { force: true });
    throw new SlipwayError(
      'UPSTREAM_DIGEST_MISMATCH',
      `Cannot accept ${file.name} of ${source.name}: ${cause.message}`,
      {
        hint: 'the mirror gave other bytes than its signed index announces; nothing of it was kept; try again later',
        data: { package: source.name, file: file.name, expected: file.digest },
      },
    );
  }
}

async function findSource(
  archive: AptArchive,
  { name, version }: { readonly name: string; readonly version?: string },
): Promise<SourcePackage> {
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
