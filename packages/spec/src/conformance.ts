import { SlipwayError } from '@slipway/core';
import { applySpecOverlay } from './apply-spec-overlay.ts';
import type { OverlayMode, PatchOverlay, SpecOverlay } from './overlay.ts';
import { formatSpec, parseSpec } from './spec-text.ts';

export type ConformanceResult =
  | { readonly ok: true; readonly spec: Buffer }
  /** `failedOverlay` counts from 0. */
  | { readonly ok: false; readonly failedOverlay: number; readonly error: SlipwayError };

/** azldev's overlays are one record whose absent fields are empty. */
const absentFields = {
  section: '',
  package: '',
  tag: '',
  value: '',
  regex: '',
  replacement: '',
  lines: [],
  file: '',
  source: '',
};

/**
 * The answer azldev gives to a list of overlays on a spec: bytes, or which overlay fails. Unlike `applyOverlays` it
 * lets overlays without effect pass where azldev does.
 */
export function applyAsAzldev(
  spec: Uint8Array,
  overlays: readonly (SpecOverlay | PatchOverlay)[],
  mode: OverlayMode,
): ConformanceResult {
  let text = parseSpec(spec);
  for (const [failedOverlay, overlay] of overlays.entries()) {
    try {
      text = applySpecOverlay(text, { ...absentFields, ...overlay }, mode);
    } catch (error) {
      if (!(error instanceof SlipwayError)) {
        throw error;
      }
      return { ok: false, failedOverlay, error };
    }
  }
  return { ok: true, spec: formatSpec(text) };
}
