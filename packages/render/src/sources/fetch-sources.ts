import { mapConcurrently, SlipwayError, type StoredObject } from '@slipway/core';
import type { Lookaside } from '@slipway/upstream';
import { customOrigin, type PlannedSource } from './plan-sources.ts';

/** Requests that wait at once; the lookaside bounds those that run. */
const concurrency = 16;

/** A source file in the store. */
export interface FetchedSource {
  readonly filename: string;
  readonly object: StoredObject;
}

/** Brings source files into the store. Throws what `Lookaside.fetch` throws, and `RENDER_CUSTOM_ORIGIN`. */
export function fetchSources(
  wanted: readonly PlannedSource[],
  component: string,
  lookaside: Lookaside,
): Promise<FetchedSource[]> {
  return mapConcurrently(wanted, concurrency, async (source) => ({
    filename: source.entry.filename,
    object: await fetchSource(source, component, lookaside),
  }));
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
