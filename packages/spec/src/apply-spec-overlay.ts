import { SlipwayError } from '@slipway/core';
import { appendLines, prependLines } from './line-overlays.ts';
import type { Overlay, OverlayMode, PatchOverlay, SpecOverlay } from './overlay.ts';
import { addPatch, removePatches } from './patch-overlays.ts';
import { removeSection, removeSubpackage } from './remove-sections.ts';
import { searchReplace } from './search-replace.ts';
import { type SpecText, specLines, specOfLines } from './spec-text.ts';
import { addTag, insertTag, removeTag, setTag, updateTag } from './tag-overlays.ts';

export function changesSpec(overlay: Overlay): overlay is SpecOverlay | PatchOverlay {
  return overlay.type.startsWith('spec-') || overlay.type.startsWith('patch-');
}

/**
 * What one overlay makes of a spec, exactly as azldev of that time does it. Throws
 * `SPEC_NO_SECTION`, `SPEC_NO_TAG`, `SPEC_NO_MATCH`, `SPEC_CONDITIONAL`, `SPEC_BAD_REGEX`, `SPEC_BAD_GLOB`,
 * `SPEC_LINE_TOO_LONG` or `SPEC_OVERLAY_INVALID`, with the nearest lines of the spec in `data.nearest`.
 */
export function applySpecOverlay(spec: SpecText, overlay: SpecOverlay | PatchOverlay, mode: OverlayMode): SpecText {
  return specOfLines(editedLines(specLines(spec), overlay, mode));
}

function editedLines(lines: readonly string[], overlay: SpecOverlay | PatchOverlay, mode: OverlayMode): string[] {
  switch (overlay.type) {
    case 'spec-add-tag':
      return addTag(lines, overlay, mode);
    case 'spec-insert-tag':
      return insertTag(lines, overlay, mode);
    case 'spec-set-tag':
      return setTag(lines, overlay, mode);
    case 'spec-update-tag':
      return updateTag(lines, overlay, mode);
    case 'spec-remove-tag':
      return removeTag(lines, overlay, mode);
    case 'spec-prepend-lines':
      return prependLines(lines, overlay, mode);
    case 'spec-append-lines':
      return appendLines(lines, overlay, mode);
    case 'spec-search-replace':
      return searchReplace(lines, overlay, mode);
    case 'spec-remove-section':
      return removeSection(lines, overlay, mode);
    case 'spec-remove-subpackage':
      return removeSubpackage(lines, overlay, mode);
    case 'patch-add':
      return addPatch(lines, overlay, mode);
    case 'patch-remove':
      return removePatches(lines, overlay, mode);
    default:
      throw new SlipwayError(
        'SPEC_OVERLAY_INVALID',
        `there is no overlay type ${JSON.stringify((overlay as Overlay).type)}`,
      );
  }
}
