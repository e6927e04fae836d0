import { SlipwayError } from '@slipway/core';
import { planAppendLines, planPrependLines } from './line-overlays.ts';
import type { Overlay, OverlayMode, PatchOverlay, SpecOverlay } from './overlay.ts';
import { planAddPatch, planRemovePatches } from './patch-overlays.ts';
import { planRemoveSection, planRemoveSubpackage } from './remove-sections.ts';
import { planSearchReplace } from './search-replace.ts';
import { type LineSplice, SpecLines } from './spec-lines.ts';
import type { SpecText } from './spec-text.ts';
import { planAddTag, planInsertTag, planRemoveTag, planSetTag, planUpdateTag } from './tag-overlays.ts';

export function changesSpec(overlay: Overlay): overlay is SpecOverlay | PatchOverlay {
  return overlay.type.startsWith('spec-') || overlay.type.startsWith('patch-');
}

/**
 * What one overlay makes of a spec, exactly as azldev of that time does it. Throws
 * `SPEC_NO_SECTION`, `SPEC_NO_TAG`, `SPEC_NO_MATCH`, `SPEC_CONDITIONAL`, `SPEC_BAD_REGEX`, `SPEC_BAD_GLOB`,
 * `SPEC_LINE_TOO_LONG` or `SPEC_OVERLAY_INVALID`, with the nearest lines of the spec in `data.nearest`.
 */
export function applySpecOverlay(spec: SpecText, overlay: SpecOverlay | PatchOverlay, mode: OverlayMode): SpecText {
  const lines = new SpecLines(spec);
  return lines.spliced(planSpecOverlay(lines, overlay, mode));
}

/** The edits that an overlay asks for, in order of place. */
function planSpecOverlay(lines: SpecLines, overlay: SpecOverlay | PatchOverlay, mode: OverlayMode): LineSplice[] {
  switch (overlay.type) {
    case 'spec-add-tag':
      return planAddTag(lines, overlay, mode);
    case 'spec-insert-tag':
      return planInsertTag(lines, overlay, mode);
    case 'spec-set-tag':
      return planSetTag(lines, overlay, mode);
    case 'spec-update-tag':
      return planUpdateTag(lines, overlay, mode);
    case 'spec-remove-tag':
      return planRemoveTag(lines, overlay, mode);
    case 'spec-prepend-lines':
      return planPrependLines(lines, overlay, mode);
    case 'spec-append-lines':
      return planAppendLines(lines, overlay, mode);
    case 'spec-search-replace':
      return planSearchReplace(lines, overlay, mode);
    case 'spec-remove-section':
      return planRemoveSection(lines, overlay, mode);
    case 'spec-remove-subpackage':
      return planRemoveSubpackage(lines, overlay, mode);
    case 'patch-add':
      return planAddPatch(lines, overlay, mode);
    case 'patch-remove':
      return planRemovePatches(lines, overlay, mode);
    default:
      throw new SlipwayError(
        'SPEC_OVERLAY_INVALID',
        `there is no overlay type ${JSON.stringify((overlay as Overlay).type)}`,
      );
  }
}
