import type { Component } from '@slipway/project';
import { formatSources, mergeSources, parseSources } from '@slipway/upstream';

/** The list of the files that are not in dist-git but in the lookaside. */
export const sourcesName = 'sources';

/**
 * The `sources` file of a component (overlays.md 3.7): upstream's lines with those of the project's own files. Files of
 * a snapshot and the signing key come from elsewhere and are not listed. Undefined when there is nothing to list.
 * Throws `UPSTREAM_BAD_SOURCES`, and `SlipwayErrors` of `UPSTREAM_SOURCE_CONFLICT` and `UPSTREAM_NO_HASH`.
 */
export function renderSourcesFile(upstream: Uint8Array | undefined, component: Component): string | undefined {
  const lines = upstream === undefined ? [] : parseSources(Buffer.from(upstream).toString('utf8'));
  const own = component.sourceFiles.filter(
    ({ origin }) => origin?.type !== 'snapshot' && origin?.type !== 'signing-key',
  );
  const merged = mergeSources(lines, own, { component: component.name });
  return upstream === undefined && merged.length === 0 ? undefined : formatSources(merged);
}
