import type { SourcePosition } from '@slipway/core';

/** Which azldev an overlay was written for: 2026-08 (commit 6eca9a44) or 2026-04 (efb37a30). */
export type OverlayMode = 'august-2026' | 'april-2026';

interface OverlayUrl {
  readonly url: string;
}

/** Why an overlay exists; never part of what it does. */
export interface OverlayMetadata {
  readonly category: string;
  readonly upstreamStatus?: string;
  readonly commits?: readonly OverlayUrl[];
  readonly bugs?: readonly OverlayUrl[];
}

interface OverlayCommon {
  readonly description?: string;
  readonly metadata?: OverlayMetadata;
  /** Where the project wrote it. */
  readonly at?: SourcePosition;
}

interface TagOverlay extends OverlayCommon {
  /** As written in the header of its sections; absent for the main package. */
  readonly package?: string;
  readonly tag: string;
}

interface SectionOverlay extends OverlayCommon {
  /** With the percent sign (`%build`), as written in the spec. */
  readonly section?: string;
  readonly package?: string;
}

export type SpecOverlay =
  | (TagOverlay & {
      readonly type: 'spec-add-tag' | 'spec-insert-tag' | 'spec-set-tag' | 'spec-update-tag';
      readonly value: string;
    })
  | (TagOverlay & { readonly type: 'spec-remove-tag'; readonly value?: string })
  | (SectionOverlay & { readonly type: 'spec-prepend-lines' | 'spec-append-lines'; readonly lines: readonly string[] })
  | (SectionOverlay & { readonly type: 'spec-search-replace'; readonly regex: string; readonly replacement?: string })
  | (SectionOverlay & { readonly type: 'spec-remove-section' })
  | (OverlayCommon & { readonly type: 'spec-remove-subpackage'; readonly package: string });

/** Changes the spec and a source file. */
export type PatchOverlay =
  | (OverlayCommon & {
      readonly type: 'patch-add';
      /** Path of the patch, as `loadSource` of `applyOverlays` understands it. */
      readonly source: string;
      /** Name among the sources; default: base name of `source`. */
      readonly file?: string;
      readonly package?: string;
    })
  | (OverlayCommon & { readonly type: 'patch-remove'; readonly file: string });

/** `file` of all but `file-add` is a doublestar pattern. */
export type FileOverlay =
  | (OverlayCommon & { readonly type: 'file-add'; readonly file: string; readonly source: string })
  | (OverlayCommon & { readonly type: 'file-remove'; readonly file: string })
  | (OverlayCommon & { readonly type: 'file-rename'; readonly file: string; readonly replacement: string })
  | (OverlayCommon & { readonly type: 'file-prepend-lines'; readonly file: string; readonly lines: readonly string[] })
  | (OverlayCommon & {
      readonly type: 'file-search-replace';
      readonly file: string;
      readonly regex: string;
      readonly replacement?: string;
    });

/** A file overlay inside of a source archive: `file` is a pattern below the root of `archive`. */
export type ArchiveOverlay = Extract<FileOverlay, { type: 'file-remove' | 'file-search-replace' }> & {
  readonly archive: string;
};

export type Overlay = SpecOverlay | PatchOverlay | FileOverlay | ArchiveOverlay;

export type OverlayType = Overlay['type'];

export function isArchiveOverlay(overlay: Overlay): overlay is ArchiveOverlay {
  return 'archive' in overlay && overlay.archive !== undefined && overlay.archive !== '';
}
