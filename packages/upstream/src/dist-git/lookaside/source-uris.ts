import { SlipwayError } from '@slipway/core';
import { lookasideUri } from '../dist-git-uri.ts';
import type { SourcesEntry } from './sources-file.ts';

export interface SourcePlaces {
  /** Name of the package upstream. */
  readonly pkg: string;
  /** `lookaside-base-uri` of the distribution. */
  readonly lookaside?: string;
  /** Address in a `source-files` entry with an origin of type download. */
  readonly origin?: string;
  /** `disable-origins` of the distribution: only the lookaside cache is asked. */
  readonly disableOrigins?: boolean;
}

/**
 * Where a source file may be had, in the order in which it is looked for: lookaside, then its own origin
 * (overlays.md 3.2). Throws `UPSTREAM_BAD_ADDRESS` when there is no place, or one that is not http(s).
 */
export function sourceUris(entry: SourcesEntry, places: SourcePlaces): string[] {
  const { pkg, lookaside, origin, disableOrigins = false } = places;
  const uris = [
    ...(lookaside === undefined ? [] : [lookasideUri(lookaside, { pkg, ...entry })]),
    ...(origin === undefined || disableOrigins ? [] : [origin]),
  ];
  const bad = uris.find((uri) => !/^https?:\/\/[^/]/i.test(uri) || !URL.canParse(uri));
  if (uris.length === 0 || bad !== undefined) {
    const reason = bad === undefined ? 'there is no address for it' : `${bad} is no http or https address`;
    throw new SlipwayError('UPSTREAM_BAD_ADDRESS', `Cannot fetch ${entry.filename} of ${pkg}: ${reason}`, {
      hint: 'set lookaside-base-uri of the distribution, or an origin of type download',
    });
  }
  return uris;
}
