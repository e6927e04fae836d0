import { SlipwayError } from '@slipway/core';
import {
  applyOverlays,
  type DeviationChange,
  isArchiveOverlay,
  type Overlay,
  type SourceFiles,
  StagedSourceFiles,
} from '@slipway/spec';
import type { OverlayChainOptions } from './prepared-component.ts';

/** A component between two overlays. Never changes: a step has a state of its own as its result. */
export interface ComponentState {
  readonly spec: Uint8Array;
  readonly specName: string;
  readonly files: SourceFiles;
}

export type OverlayStep =
  | { readonly kind: 'applied'; readonly changes: readonly DeviationChange[]; readonly after: ComponentState }
  | { readonly kind: 'no-effect'; readonly after: ComponentState }
  | { readonly kind: 'failed'; readonly error: SlipwayError }
  /** It changes what is inside an archive, which is not unpacked here. */
  | { readonly kind: 'in-archive' };

/** Applies one overlay to a copy of the state. Throws only what is no fault of the overlay (a source that cannot be read). */
export async function takeOverlayStep(
  { spec, specName, files }: ComponentState,
  overlay: Overlay,
  { mode, loadSource }: OverlayChainOptions,
): Promise<OverlayStep> {
  if (isArchiveOverlay(overlay)) {
    return { kind: 'in-archive' };
  }
  const layer = await StagedSourceFiles.over(files);
  const options = { refuseWithoutEffect: false, ...(mode && { mode }), ...(loadSource && { loadSource }) };
  try {
    const result = await applyOverlays({ spec, specName, files: layer }, [overlay], options);
    const changes = result.deviations.flatMap((deviation) => deviation.changes);
    const after = { spec: result.spec, specName, files: layer };
    return changes.length === 0 ? { kind: 'no-effect', after } : { kind: 'applied', changes, after };
  } catch (error) {
    if (error instanceof SlipwayError) {
      return { kind: 'failed', error: causeOf(error, overlay) };
    }
    throw error;
  }
}

/** Without the number of the overlay, which is 1 in every step. */
function causeOf(error: SlipwayError, overlay: Overlay): SlipwayError {
  const cause = error.cause instanceof SlipwayError ? error.cause : error;
  const at = overlay.at ?? cause.at;
  return new SlipwayError(cause.code, cause.message, {
    ...(cause.hint !== undefined && { hint: cause.hint }),
    ...(at && { at }),
    ...(cause.data && { data: cause.data }),
    cause,
  });
}
