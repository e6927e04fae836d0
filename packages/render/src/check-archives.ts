import { SlipwayErrors } from '@slipway/core';
import { type Component, type Project, placedOverlays, placedSourceFiles } from '@slipway/project';
import { type ArchiveCheckOptions, checkArchiveOverlays } from '@slipway/spec';

/**
 * Refuses a component whose overlays inside archives do not go with its `source-files`: they are right or wrong whether
 * or not the archives are at hand. Throws `SlipwayErrors` with all that `checkArchiveOverlays` finds.
 */
export function checkArchives(
  component: Component,
  project: Pick<Project, 'position'>,
  options: ArchiveCheckOptions = {},
): void {
  const errors = checkArchiveOverlays(
    placedOverlays(project, component),
    placedSourceFiles(project, component),
    options,
  );
  if (errors.length > 0) {
    throw new SlipwayErrors(errors);
  }
}
