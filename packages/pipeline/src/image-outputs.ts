import type { Digest } from '@slipway/core';
import type { DiskFormat, diskFormats } from '@slipway/disk';
import type { ImageDefinition } from '@slipway/project';
import type { OutputFile } from './output-files.ts';
import type { ImageResolution } from './resolve-stage.ts';

export type ArtefactKind =
  | (typeof diskFormats)[DiskFormat]['title']
  | 'OCI layout'
  | 'repository'
  | 'SBOM'
  | 'report'
  | 'checksums';

/** Something published: a file, or a directory that one file stands for (index.json of an OCI layout). */
export interface Artefact {
  readonly kind: ArtefactKind;
  /** What a user opens: the file, or the directory. */
  readonly path: string;
  /** As the user sees it; files may be sparse. */
  readonly sizeBytes: number;
  /** What it takes on disk. */
  readonly allocatedBytes: number;
  /** Digest of the file; for an OCI layout that of its manifest. */
  readonly sha256: Digest;
}

export interface BuiltImage {
  readonly image: string;
  readonly artefacts: readonly Artefact[];
  readonly files: readonly OutputFile[];
  readonly packages: number;
  /** Sum of the files of the tree, in bytes. */
  readonly contentBytes: number;
}

/** An image that has to be made, with everything that goes into it. */
export interface ImageInput {
  readonly name: string;
  readonly definition: ImageDefinition;
  readonly resolution: ImageResolution;
}
