import { nearestNames, SlipwayError } from '@slipway/core';
import { baseName, type ManifestEntry, type ManifestIndex, parentPath } from '@slipway/tree';

const suggested = 3;

/** As somebody types it: with or without the first slash. */
export function absolutePath(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

/**
 * The entry at a path, through the symbolic links of its directories. Throws `CLI_PATH_ABSENT` with paths that may have
 * been meant.
 */
export function namedEntry(index: ManifestIndex, path: string, image: string): ManifestEntry {
  const place = index.resolve(absolutePath(path));
  const entry = index.get(place);
  if (entry === undefined) {
    const meant = nearestPaths(index, place);
    throw new SlipwayError(
      'CLI_PATH_ABSENT',
      `Cannot find ${absolutePath(path)}: the image ${image} does not have it`,
      {
        hint: meant.length > 0 ? `did you mean ${meant.join(' or ')}?` : `see slipway image tree ${image}`,
      },
    );
  }
  return entry;
}

/** Alike names in the same directory, then the same name elsewhere. */
function nearestPaths(index: ManifestIndex, place: string): string[] {
  let missing = place;
  while (index.get(parentPath(missing)) === undefined) {
    missing = parentPath(missing);
  }
  const parent = parentPath(missing);
  const siblings = new Map(index.children(parent).map(({ path }) => [baseName(path), path]));
  const alike = nearestNames(baseName(missing), siblings.keys()).map((name) => siblings.get(name) as string);
  const elsewhere = [...index.paths()].filter((path) => baseName(path) === baseName(place));
  return [...new Set([...alike, ...elsewhere])].slice(0, suggested);
}
