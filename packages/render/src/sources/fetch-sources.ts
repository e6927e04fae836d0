import { createHash } from 'node:crypto';
import { mapConcurrently, SlipwayError, type StoredObject } from '@slipway/core';
import type { SourceFiles } from '@slipway/spec';
import type { Lookaside, SourcesEntry } from '@slipway/upstream';
import { customOrigin, type PlannedSource } from './plan-sources.ts';

/** Requests that wait at once; the lookaside bounds those that run. */
const concurrency = 16;

export interface FetchContext {
  readonly component: string;
  /** What lies beside the spec. */
  readonly beside: SourceFiles;
  readonly lookaside: Lookaside;
}

/** A source file in the store. */
export interface FetchedSource {
  readonly filename: string;
  readonly object: StoredObject;
}

/**
 * Brings the source files that are not in `beside` with the announced bytes into the store. Throws what
 * `Lookaside.fetch` throws, and `RENDER_CUSTOM_ORIGIN`.
 */
export async function fetchSources(
  wanted: readonly PlannedSource[],
  { component, beside, lookaside }: FetchContext,
): Promise<FetchedSource[]> {
  const names = new Set((await beside.list()).map(({ path }) => path));
  const missing: PlannedSource[] = [];
  for (const source of wanted) {
    const { filename } = source.entry;
    if (!names.has(filename) || !isAnnounced(source.entry, await beside.read(filename))) {
      missing.push(source);
    }
  }
  return mapConcurrently(missing, concurrency, async (source) => ({
    filename: source.entry.filename,
    object: await fetchSource(source, component, lookaside),
  }));
}

function isAnnounced({ hashType, hash }: SourcesEntry, bytes: Uint8Array): boolean {
  return createHash(hashType.toLowerCase()).update(bytes).digest('hex') === hash;
}

async function fetchSource(
  { entry, uris, custom }: PlannedSource,
  component: string,
  lookaside: Lookaside,
): Promise<StoredObject> {
  if (custom !== undefined && uris.length === 0) {
    throw customOrigin(custom, component);
  }
  try {
    return await lookaside.fetch({ entry, component, uris });
  } catch (failure) {
    throw custom !== undefined && isRefused(failure) ? customOrigin(custom, component, failure) : failure;
  }
}

/** Servers that answered, and have not the file: asking again does not help. */
function isRefused(failure: unknown): boolean {
  return failure instanceof SlipwayError && (failure.data?.['final'] === true || isRefused(failure.cause));
}
