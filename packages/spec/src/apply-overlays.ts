import { SlipwayError } from '@slipway/core';
import { applySpecOverlay, changesSpec } from './apply-spec-overlay.ts';
import type { ArchiveOverlayOptions } from './archive/repack-archive.ts';
import type { SourceArchives } from './archive/source-archives.ts';
import {
  type AppliedDeviation,
  type DeviationChange,
  describeChange,
  describeDeviation,
  describeSpecChange,
} from './deviation.ts';
import { applyFileOverlay, type FileChange, type LoadSource } from './file-overlays.ts';
import { isArchiveOverlay, type Overlay, type OverlayMode } from './overlay.ts';
import { hasEffect } from './overlay-effect.ts';
import { overlayError } from './overlay-error.ts';
import { type SourceFiles, StagedSourceFiles } from './source-files.ts';
import { withPlainLineEnds } from './spec-lines.ts';
import { formatSpec, parseSpec, type SpecText } from './spec-text.ts';

export interface OverlayInput {
  readonly spec: Uint8Array;
  /** For diffs, for example `bash.spec`. */
  readonly specName: string;
  readonly files: SourceFiles;
}

export interface OverlayOptions {
  readonly mode?: OverlayMode;
  /** Whether an overlay that changes nothing is an error (default), or passes where azldev lets it. */
  readonly refuseWithoutEffect?: boolean;
  /**
   * The component's archives; without them, overlays inside archives are an error. `left-out`: there are none at hand,
   * and these overlays are passed over.
   */
  readonly archives?: (ArchiveOverlayOptions & { readonly files: SourceArchives }) | 'left-out';
  /** Loads the files that `file-add` and `patch-add` bring along. */
  readonly loadSource?: LoadSource;
}

export interface OverlayResult {
  readonly spec: Buffer;
  readonly deviations: readonly AppliedDeviation[];
}

/**
 * Applies the overlays of a component, all or none: `input.files` and archives change only after the last succeeded.
 * Those inside archives come first, then the others in order; so do their deviations, each with its index in the list.
 * Throws one SlipwayError with the code of the cause (see `applySpecOverlay`; `SPEC_NO_FILE`, `SPEC_FILE_EXISTS`,
 * `SPEC_OVERLAY_NO_EFFECT`), the overlay's place in the project, and `data.index`, `data.type`, `data.nearest`.
 */
export async function applyOverlays(
  input: OverlayInput,
  overlays: readonly Overlay[],
  options: OverlayOptions = {},
): Promise<OverlayResult> {
  const { archives } = options;
  if (archives === undefined || archives === 'left-out') {
    return applyLooseOverlays(input, overlays, options);
  }
  const { stageArchiveOverlays } = await import('./archive/apply-archive-overlays.ts');
  const staged = await stageArchiveOverlays(archives.files, overlays, archives);
  try {
    const { spec, deviations } = await applyLooseOverlays(input, overlays, options);
    await staged.commit();
    return { spec, deviations: [...staged.deviations, ...deviations] };
  } catch (cause) {
    await staged.discard();
    throw cause;
  }
}

/** All overlays in order; those inside archives are passed over when `options.archives` says what becomes of them. */
async function applyLooseOverlays(
  input: OverlayInput,
  overlays: readonly Overlay[],
  options: OverlayOptions,
): Promise<OverlayResult> {
  const files = await StagedSourceFiles.over(input.files);
  const component = new Component(input, files, options);
  const deviations: AppliedDeviation[] = [];
  for (const [index, overlay] of overlays.entries()) {
    if (options.archives !== undefined && isArchiveOverlay(overlay)) {
      continue;
    }
    try {
      deviations.push(describeDeviation(index, overlay, await component.apply(overlay)));
    } catch (cause) {
      throw overlayError(index, overlay, cause);
    }
  }
  await files.commit();
  return { spec: component.spec(), deviations };
}

class Component {
  readonly #input: OverlayInput;
  readonly #files: StagedSourceFiles;
  readonly #options: OverlayOptions;
  #spec: SpecText | undefined;

  constructor(input: OverlayInput, files: StagedSourceFiles, options: OverlayOptions) {
    this.#input = input;
    this.#files = files;
    this.#options = options;
  }

  /** The bytes that were given, as long as no overlay touched them. */
  spec(): Buffer {
    return this.#spec === undefined ? Buffer.from(this.#input.spec) : formatSpec(this.#spec);
  }

  async apply(overlay: Overlay): Promise<DeviationChange[]> {
    if (isArchiveOverlay(overlay)) {
      throw new SlipwayError('SPEC_OVERLAY_INVALID', 'archive overlays are applied when the archive is unpacked', {
        hint: 'give the archives of the component, or keep overlays with an archive in a list of their own',
      });
    }
    const changes: DeviationChange[] = changesSpec(overlay) ? this.#editSpec(overlay) : [];
    if (!overlay.type.startsWith('spec-')) {
      const fileOverlay = overlay as Parameters<typeof applyFileOverlay>[1];
      const touched = await applyFileOverlay(this.#files, fileOverlay, this.#options.loadSource ?? refuseSource);
      changes.push(...touched.filter(isEffective).map(describeChange));
    }
    if (changes.length === 0) {
      this.#refuseWithoutEffect();
    }
    return changes;
  }

  #refuseWithoutEffect(): void {
    if (this.#options.refuseWithoutEffect ?? true) {
      throw new SlipwayError('SPEC_OVERLAY_NO_EFFECT', 'it changes nothing', {
        hint: 'upstream has what the overlay asks for: remove the overlay',
      });
    }
  }

  #editSpec(overlay: Parameters<typeof applySpecOverlay>[1]): DeviationChange[] {
    const given = this.#spec ?? parseSpec(this.#input.spec);
    const before = withPlainLineEnds(given);
    this.#spec = applySpecOverlay(given, overlay, this.#options.mode ?? 'august-2026');
    if (!hasEffect(overlay, before, this.#spec)) {
      this.#refuseWithoutEffect();
    }
    return describeSpecChange(this.#input.specName, before, this.#spec);
  }
}

async function refuseSource(path: string): Promise<never> {
  throw new SlipwayError('SPEC_OVERLAY_INVALID', `${path} cannot be loaded here: no source files were given`);
}

function isEffective({ path, before, after, renamedFrom }: FileChange): boolean {
  return renamedFrom === undefined
    ? before === undefined || after === undefined || !before.equals(after)
    : renamedFrom !== path;
}
