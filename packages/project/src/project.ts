import type { SlipwayError, SourcePosition } from '@slipway/core';
import type { Overlay, OverlayMode } from '@slipway/spec';
import type { Generation } from './generation.ts';
import type { BuildConfig, ComponentPublish, PackagePublish, SourceFile } from './schema/component.ts';
import type { BuildEnvironment, ScriptletPolicy, Tools } from './schema/config-file.ts';
import type { DistroConfig, DistroIdentity, DistroVersion } from './schema/distro.ts';
import type { ImageConfig } from './schema/image.ts';
import type { OverlayMetadata } from './schema/overlay-metadata.ts';
import type { Resources } from './schema/resources.ts';
import type { SnapshotSource } from './schema/snapshot.ts';
import type { TestSuite } from './schema/test-suite.ts';

/** Keys and indices from the top of a project file, as the author wrote them: `['components', 'less', 'overlays', 0]`. */
export type ConfigPath = readonly (string | number)[];

/** Where a value was written; `project.position` turns it into a line and a column. */
export interface Origin {
  readonly file: string;
  readonly path: ConfigPath;
}

/** The lines of a file that say something. */
export interface Declaration {
  /** Absolute. */
  readonly file: string;
  /** From 1; the first is that of the key, or of the header of a table. */
  readonly firstLine: number;
  readonly lastLine: number;
  /** What the comment directly above says, as running text; absent when there is none or it is code. */
  readonly comment?: string;
}

/** An overlay in the list of one component, with what explains it. `source` is an absolute path. */
export interface ComponentOverlay {
  readonly overlay: Overlay;
  /** Its own, or that of its overlay file. */
  readonly metadata?: OverlayMetadata;
  /** `metadata.reason`, else the description; undefined when the author gave neither. */
  readonly reason?: string;
  readonly origin: Origin;
}

export type ComponentSpec =
  | { readonly type: 'local' /** Absolute. */; readonly path: string }
  | {
      readonly type: 'upstream';
      readonly distro: { readonly name: string; readonly version: string };
      /** RFC 3339; the newest commit at or before it is taken. */
      readonly snapshot?: string;
      /** Name of the component upstream. */
      readonly name: string;
      /** 7 to 40 hexadecimal digits; wins over the snapshot. */
      readonly commit?: string;
    }
  | { readonly type: 'import'; readonly snapshot: string; readonly package: string };

/** A component after inheritance (overlays.md 1.4). All paths are absolute. */
export interface Component {
  readonly name: string;
  readonly spec: ComponentSpec;
  /** Names of the groups that it is in, sorted. */
  readonly groups: readonly string[];
  readonly release: 'auto' | 'manual' | 'autorelease' | 'static';
  readonly overlays: readonly ComponentOverlay[];
  readonly build: BuildConfig;
  readonly skipFileFilter: boolean;
  readonly sourceFiles: readonly SourceFile[];
  /** Where each of them was written. */
  readonly sourceFileOrigins: readonly Origin[];
  /** Publish settings of single binary packages. */
  readonly packages: ReadonlyMap<string, PackagePublish>;
  readonly publish: ComponentPublish;
  readonly origin: Origin;
}

export interface Distro extends Omit<DistroConfig, 'versions' | 'identity'> {
  readonly name: string;
  readonly versions: ReadonlyMap<string, DistroVersion>;
  readonly identity?: DistroIdentity;
  readonly origin: Origin;
}

export interface ComponentGroup {
  readonly name: string;
  readonly description?: string;
  /** Sorted; those listed and those found by globs. */
  readonly components: readonly string[];
  readonly origin: Origin;
}

export interface PackageGroup {
  readonly name: string;
  readonly description?: string;
  readonly packages: readonly string[];
  readonly publish: PackagePublish;
  readonly origin: Origin;
}

/** `definition.path` is absolute; a definition of type `slipway` is read with `loadImageDefinition`. */
export interface Image extends ImageConfig {
  readonly name: string;
  readonly origin: Origin;
}

/** The whole configuration, resolved. Maps are in order of their names. */
export interface Project {
  readonly rootFile: string;
  /** Whose overlay semantics hold: azldev's of August or of April 2026. */
  readonly overlayMode: OverlayMode;
  /** Directory of the root file. */
  readonly directory: string;
  /** The newest generation of the format that a file of the project needs. */
  readonly generation: Generation;
  /** Every file that was read, in load order. */
  readonly files: readonly string[];
  /** The generation that each of them needs. */
  readonly fileGenerations: ReadonlyMap<string, Generation>;
  readonly description?: string;
  /** Absolute. */
  readonly directories: {
    readonly log: string;
    readonly work: string;
    readonly output: string;
    readonly renderedSpecs: string;
    readonly lock: string;
  };
  readonly defaultDistro?: { readonly name: string; readonly version: string };
  readonly defaultAuthorEmail?: string;
  /** Seconds since 1970. */
  readonly sourceDateEpoch?: number;
  readonly distros: ReadonlyMap<string, Distro>;
  readonly components: ReadonlyMap<string, Component>;
  readonly componentGroups: ReadonlyMap<string, ComponentGroup>;
  readonly packageGroups: ReadonlyMap<string, PackageGroup>;
  readonly defaultPackagePublish: PackagePublish;
  readonly images: ReadonlyMap<string, Image>;
  readonly testSuites: ReadonlyMap<string, TestSuite>;
  readonly resources: Resources;
  readonly tools: Tools;
  readonly snapshots: ReadonlyMap<string, SnapshotSource>;
  readonly defaultSnapshot?: string;
  readonly buildEnvironment: BuildEnvironment;
  readonly scriptlets: readonly ScriptletPolicy[];
  /** What is wrong but was accepted: unknown keys of a permissive load, keys without effect. */
  readonly warnings: readonly SlipwayError[];
  /**
   * The place of a value: of its key for a member of a table, of the entry for a member of a list. The nearest
   * enclosing value when nobody wrote it (a default), the root file when there is none.
   */
  position(where: ConfigPath | Origin): SourcePosition;
  /** The lines of exactly this value (of the last file that has it); undefined when nobody wrote it. */
  declaration(where: ConfigPath | Origin): Declaration | undefined;
}
