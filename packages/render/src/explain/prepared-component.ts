import type { LoadSource, OverlayMode, SourceFiles } from '@slipway/spec';

/** A component before its overlays: what upstream's package repository holds at one commit. */
export interface PreparedComponent {
  readonly name: string;
  readonly spec: Uint8Array;
  /** File name of the spec, for diffs. */
  readonly specName: string;
  /** The files beside the spec; read only. */
  readonly files: SourceFiles;
}

export interface OverlayChainOptions {
  /** Default `august-2026`. */
  readonly mode?: OverlayMode;
  /** Loads the files that `file-add` and `patch-add` bring along. */
  readonly loadSource?: LoadSource;
}
