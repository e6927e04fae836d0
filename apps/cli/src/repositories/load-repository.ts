import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Chunks, fileError, SlipwayError, sha256 } from '@slipway/core';
import { type CachedMetadata, openMetadata, openMetadataCache, readRepomd, writeMetadataCache } from '@slipway/repo';
import { cacheDirectory } from '../machine/directories.ts';
import type { Machine } from '../machine/machine.ts';

/** Bytes; those of real repositories have a few thousand. */
const maxRepomdBytes = 4 << 20;

/** A repository that a command names, `NAME=PLACE` or a place alone: a directory, or an http or https URL. */
export interface NamedRepository {
  readonly name: string;
  /** Ends without a slash. */
  readonly place: string;
}

export function parseRepository(machine: Machine, text: string, at: number): NamedRepository {
  const [, name = `repository-${at + 1}`, place = ''] = /^(?:([\w@.-]+)=)?(.*)$/s.exec(text) ?? [];
  const trimmed = place.replace(/^file:\/\//, '').replace(/\/+$/, '');
  return { name, place: isUrl(trimmed) ? trimmed : resolve(machine.directory, trimmed) };
}

function isUrl(place: string): boolean {
  return /^https?:\/\//.test(place);
}

/**
 * The packages of a repository, from the cache when its repomd.xml is the one of the last time. Close it in the end.
 * Throws as readers of metadata do, and `CLI_NO_REPOSITORY`.
 */
export async function loadRepository(machine: Machine, { place }: NamedRepository): Promise<CachedMetadata> {
  const repomd = await readRepomdBytes(place);
  const key = sha256(repomd);
  const cache = join(cacheDirectory(machine), 'metadata', `${key}.slipmd`);
  const known = openMetadataCache(cache, key);
  if (known !== undefined) {
    return known;
  }
  const primary = readRepomd(repomd).records.find(({ type }) => type === 'primary');
  if (primary === undefined) {
    throw noRepository(place, 'its repomd.xml names no primary metadata');
  }
  const source = await openFile(place, primary.locationHref);
  return writeMetadataCache(cache, key, openMetadata(source, primary));
}

async function readRepomdBytes(place: string): Promise<Buffer> {
  if (!isUrl(place)) {
    const path = join(place, 'repodata/repomd.xml');
    if (!existsSync(path)) {
      throw noRepository(place, 'there is no repodata/repomd.xml');
    }
    return readFile(path).catch((cause: unknown) => {
      throw fileError('read', path, cause);
    });
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of await openFile(place, 'repodata/repomd.xml')) {
    length += chunk.length;
    if (length > maxRepomdBytes) {
      throw noRepository(place, `its repomd.xml is larger than ${maxRepomdBytes} bytes`);
    }
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

async function openFile(place: string, path: string): Promise<Chunks> {
  if (!isUrl(place)) {
    return createReadStream(join(place, path));
  }
  const response = await fetch(`${place}/${path}`).catch((cause: unknown) => {
    throw noRepository(place, cause instanceof Error ? cause.message : String(cause));
  });
  if (!response.ok || response.body === null) {
    throw noRepository(place, `${path} answers with status ${response.status}`);
  }
  return response.body;
}

function noRepository(place: string, reason: string): SlipwayError {
  return new SlipwayError('CLI_NO_REPOSITORY', `Cannot read the repository ${place}: ${reason}`, {
    hint: 'name a directory or URL that has repodata/repomd.xml below it',
  });
}
