import { type Component, type PlacedSourceFile, type Project, placedSourceFiles } from '@slipway/project';
import { formatSources, mergeSources, parseSources, type SourcesLine } from '@slipway/upstream';

/** The list of the files that are not in dist-git but in the lookaside. */
export const sourcesName = 'sources';

/**
 * The `sources` file of a component (overlays.md 3.7): upstream's lines with those of the project's own files. Undefined
 * when there is nothing to list. Throws `UPSTREAM_BAD_SOURCES`, and `SlipwayErrors` of `UPSTREAM_SOURCE_CONFLICT` and
 * `UPSTREAM_NO_HASH`.
 */
export function renderSourcesFile(
  upstream: Uint8Array | undefined,
  component: Component,
  project: Pick<Project, 'position'>,
): string | undefined {
  const lines = upstream === undefined ? [] : parseSources(Buffer.from(upstream).toString('utf8'));
  const merged = mergedSources(lines, component.name, placedSourceFiles(project, component));
  return upstream === undefined && merged.length === 0 ? undefined : formatSources(merged);
}

/** Upstream's lines with those of the project's own files, but for the ones that a build makes. */
export function mergedSources(
  upstream: readonly SourcesLine[],
  component: string,
  own: readonly PlacedSourceFile[],
): SourcesLine[] {
  return mergeSources(
    upstream,
    own.filter((file) => !isOfBuild(file)),
    { component },
  );
}

/** Files of the snapshot and the signing key: no lookaside has them. */
export function isOfBuild({ origin }: Pick<PlacedSourceFile, 'origin'>): boolean {
  return origin?.type === 'snapshot' || origin?.type === 'signing-key';
}
