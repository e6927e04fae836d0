import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError, readTextIfPresent, SlipwayError, sha256, writeFileAtomically } from '@slipway/core';
import { openMetadata } from './open-metadata.ts';
import { readPackages } from './read-primary.ts';
import { type Repomd, type RepomdRecord, readRepomd } from './repomd.ts';
import { openMetadataCache, writeMetadataCache } from './table/metadata-cache.ts';
import type { RepoPackages } from './table/repo-packages.ts';

export interface LoadRepositoryOptions {
  /** Keeps parsed metadata, and what was the newest metadata of each name, in this directory. */
  readonly cache?: { readonly directory: string; readonly name: string };
  /** Takes metadata that is older than the newest that was seen of this repository. */
  readonly allowRollback?: boolean;
}

/** A repository in a directory. Close it when its packages are no longer asked for. */
export interface LoadedRepository {
  readonly directory: string;
  readonly repomd: Repomd;
  readonly packages: RepoPackages;
  /** The checked content of a metadata file; undefined when there is none of that type. */
  open(type: string): AsyncGenerator<Uint8Array> | undefined;
  close(): void;
}

/**
 * Opens the repository in a directory: from the cache when that has this very repomd.xml, else by reading primary.xml.
 * Throws `REPO_ROLLBACK`, `REPO_BAD_METADATA`, `REPO_DIGEST_MISMATCH`, `FORMATS_BAD_XML`, `CORE_LIMIT`,
 * `CORE_FILE_ACCESS`.
 */
export async function loadRepository(
  directory: string,
  { cache, allowRollback = false }: LoadRepositoryOptions = {},
): Promise<LoadedRepository> {
  const file = join(directory, 'repodata/repomd.xml');
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw fileError('read', file, cause);
  });
  const repomd = readRepomd(bytes, file);
  const memory = cache === undefined ? undefined : join(cache.directory, `${cache.name}.revision`);
  if (memory !== undefined && !allowRollback) {
    refuseRollback(repomd, await readTextIfPresent(memory), file);
  }
  const content = () => openFile(directory, recordOf(repomd, 'primary', file));
  const opened = cache === undefined ? undefined : await fromCache(cache, sha256(bytes), content);
  const packages = opened?.packages ?? (await readPackages(content()));
  if (memory !== undefined) {
    await writeFileAtomically(memory, `${ageOf(repomd)}\n`);
  }
  return {
    directory,
    repomd,
    packages,
    open(type) {
      const record = repomd.records.find((one) => one.type === type);
      return record === undefined ? undefined : openFile(directory, record);
    },
    close: () => opened?.close(),
  };
}

async function fromCache(
  { directory, name }: NonNullable<LoadRepositoryOptions['cache']>,
  key: string,
  content: () => AsyncGenerator<Uint8Array>,
) {
  const path = join(directory, `${name}.packages`);
  return openMetadataCache(path, key) ?? (await writeMetadataCache(path, key, content()));
}

function recordOf({ records }: Repomd, type: string, file: string): RepomdRecord {
  const record = records.find((one) => one.type === type);
  if (record === undefined) {
    throw new SlipwayError('REPO_BAD_METADATA', `Cannot read ${file}: it names no ${type} metadata`, { at: { file } });
  }
  return record;
}

async function* openFile(directory: string, record: RepomdRecord): AsyncGenerator<Uint8Array> {
  const path = join(directory, record.locationHref);
  try {
    yield* openMetadata(createReadStream(path, { highWaterMark: 1 << 18 }), record);
  } catch (cause) {
    throw fileError('read', path, cause);
  }
}

/** Refuses metadata that is older than the one with age `seen` (a text of `ageOf`). Throws `REPO_ROLLBACK`. */
export function refuseRollback(repomd: Repomd, seen: string | undefined, file = 'repomd.xml'): void {
  const age = ageOf(repomd);
  if (seen !== undefined && age < Number(seen)) {
    throw new SlipwayError('REPO_ROLLBACK', `Cannot use ${file}: it is older than the one that was seen before`, {
      hint: 'the mirror may be out of date or somebody may offer old packages; use another one, or allow the rollback',
      at: { file },
      data: { age, seen: Number(seen) },
    });
  }
}

/**
 * How new a repomd.xml is: its revision when that is a number (by default the seconds since 1970 at which it was made),
 * else the time of its newest file.
 */
export function ageOf({ revision, records }: Pick<Repomd, 'revision' | 'records'>): number {
  return /^[0-9]{1,15}$/.test(revision)
    ? Number(revision)
    : records.reduce((newest, { timestamp }) => Math.max(newest, timestamp), 0);
}
