import { type AppliedDeviation, describeDeviation } from '../deviation.ts';
import { type ArchiveOverlay, isArchiveOverlay, type Overlay } from '../overlay.ts';
import { checkArchiveOverlays } from './check-archive-overlays.ts';
import {
  type ArchiveOverlayOptions,
  type PlacedArchiveOverlay,
  type RepackedArchive,
  repackArchive,
} from './repack-archive.ts';
import type { SourceArchives, StagedArchive } from './source-archives.ts';

/** One overlay inside an archive: paths of its changes are `archive!path`. */
export interface ArchiveDeviation extends AppliedDeviation {
  readonly overlay: ArchiveOverlay;
  /** The archive after all of its overlays, as the `sources` file records it. */
  readonly archive: RepackedArchive;
}

/** Every archive packed again, and not yet in its place. */
export interface StagedArchiveOverlays {
  /** In the order of the overlays. */
  readonly deviations: readonly ArchiveDeviation[];
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * Applies the overlays that work inside archives (overlays.md 2.7), each archive unpacked and packed once, all or none:
 * archives are replaced after the last succeeded. Other overlays in the list are passed over; `index` is the position in
 * the list. Throws the first of `checkArchiveOverlays`, `SPEC_NO_FILE`, `SPEC_NO_MATCH`, `SPEC_ARCHIVE_MEMBER`,
 * `SPEC_ARCHIVE_UNSAFE`, `CORE_DIGEST_MISMATCH` when the result is not what its entry expects, `CORE_LIMIT`,
 * `CORE_CANCELLED`, and the codes of formats; those of an overlay have its place, `data.index` and `data.type`.
 */
export async function applyArchiveOverlays(
  archives: SourceArchives,
  overlays: readonly Overlay[],
  options: ArchiveOverlayOptions,
): Promise<ArchiveDeviation[]> {
  const staged = await stageArchiveOverlays(archives, overlays, options);
  await staged.commit();
  return [...staged.deviations];
}

/** As `applyArchiveOverlays`, up to the point where archives are replaced. */
export async function stageArchiveOverlays(
  archives: SourceArchives,
  overlays: readonly Overlay[],
  options: ArchiveOverlayOptions,
): Promise<StagedArchiveOverlays> {
  const [error] = checkArchiveOverlays(overlays, options.sourceFiles, options);
  if (error !== undefined) {
    throw error;
  }
  const staged: StagedArchive[] = [];
  const deviations: ArchiveDeviation[] = [];
  try {
    for (const group of groupByArchive(overlays)) {
      const { stage, archive, edits } = await repackArchive(archives, group, options);
      staged.push(stage);
      for (const { index, overlay, changes } of edits) {
        deviations.push({ ...describeDeviation(index, overlay, changes), overlay, archive });
      }
    }
  } catch (cause) {
    await discardAll(staged);
    throw cause;
  }
  deviations.sort((a, b) => a.index - b.index);
  return { deviations, commit: () => commitAll(staged), discard: () => discardAll(staged) };
}

/** Archives in the order in which they are first named; the overlays of each in theirs. */
function groupByArchive(overlays: readonly Overlay[]): PlacedArchiveOverlay[][] {
  const groups = new Map<string, PlacedArchiveOverlay[]>();
  for (const [index, overlay] of overlays.entries()) {
    if (isArchiveOverlay(overlay)) {
      const group = groups.get(overlay.archive) ?? [];
      groups.set(overlay.archive, [...group, { index, overlay }]);
    }
  }
  return [...groups.values()];
}

/** Renames within a directory: what can fail has been done before. */
async function commitAll(staged: readonly StagedArchive[]): Promise<void> {
  for (const stage of staged) {
    await stage.commit();
  }
}

async function discardAll(staged: readonly StagedArchive[]): Promise<void> {
  for (const stage of staged) {
    await stage.discard();
  }
}
