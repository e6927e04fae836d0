import type { SourcePosition } from '@slipway/core';
import type { ArchiveSourceFile } from '../archive/check-archive-overlays.ts';
import type { Overlay, OverlayMode, OverlayType } from '../overlay.ts';

export interface LintedOverlay {
  /** With `at`, `description` and `metadata` where the project gives them. */
  readonly overlay: Overlay;
  /** Why the overlay exists, when that stands elsewhere than in its description or metadata. */
  readonly reason?: string;
  /**
   * False for an overlay that the component inherits: what concerns its own text alone is then left to the place that
   * wrote it. Default: true.
   */
  readonly ownedHere?: boolean;
}

/** A deviation that is no overlay: a pinned commit, an option of the build. */
export interface LintedSetting {
  /** As the project writes it, `build.without`. */
  readonly key: string;
  readonly reason?: string;
  readonly at: SourcePosition;
}

/** What is known of a component; each absent member only means that fewer rules can be asked. */
export interface LintInput {
  readonly component: string;
  /** In the order in which they are applied. */
  readonly overlays: readonly LintedOverlay[];
  /** What the component itself sets beside its overlays. */
  readonly settings?: readonly LintedSetting[];
  /** The other component after which the file is named that defines this one. */
  readonly namedAfter?: { readonly component: string; readonly at: SourcePosition };
  /** The spec before the first overlay. */
  readonly spec?: Uint8Array;
  /** Paths of all source files beside the spec, before the first overlay. */
  readonly files?: readonly string[];
  /** The component's `source-files`. */
  readonly sourceFiles?: readonly ArchiveSourceFile[];
  /** Whether a file that an overlay brings along (`source`) exists. */
  readonly sourceExists?: (path: string) => boolean;
  /** Default: august-2026. */
  readonly mode?: OverlayMode;
  readonly releaseCalculation?: 'auto' | 'static' | 'autorelease' | 'manual';
}

/** Fields of an overlay as a project writes them; what any of its types can have. */
export interface OverlayFields {
  readonly type?: OverlayType;
  readonly section?: string;
  readonly package?: string;
  readonly tag?: string;
  readonly value?: string;
  readonly regex?: string;
  readonly replacement?: string;
  readonly lines?: readonly string[];
  readonly file?: string;
  readonly source?: string;
  readonly archive?: string;
}
