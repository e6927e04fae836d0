import type { Digest } from '@slipway/core';

/** Epoch, version, release: rpm's version triple. An absent epoch is 0 for comparison. */
export interface Evr {
  readonly epoch: number;
  readonly version: string;
  /** Empty when a relation names none: it then matches every release. */
  readonly release: string;
}

/** `<>` (unequal) stands in headers only: spec files cannot say it. */
export type Comparison = '<' | '<=' | '=' | '>=' | '>' | '<>';

/** One relation or capability: `name`, `name >= evr`, a path, or a rich dependency `(a or b)` in `name`. */
export interface Dependency {
  readonly name: string;
  readonly comparison?: Comparison;
  /** Present exactly when `comparison` is. */
  readonly evr?: Evr;
  /** The relation must hold before scriptlets run (RPMSENSE_PREREQ, _SCRIPT_PRE …): `pre="1"` in rpm-md. */
  readonly pre?: boolean;
  /** The raw RPMSENSE_* bits of the header, for relations that were read from one. */
  readonly senseBits?: number;
}

/** The eight kinds of relation of an RPM header, in header order. */
export interface Relations {
  readonly provides: readonly Dependency[];
  readonly requires: readonly Dependency[];
  readonly conflicts: readonly Dependency[];
  readonly obsoletes: readonly Dependency[];
  readonly recommends: readonly Dependency[];
  readonly suggests: readonly Dependency[];
  readonly supplements: readonly Dependency[];
  readonly enhances: readonly Dependency[];
}

export interface Nevra {
  readonly name: string;
  readonly evr: Evr;
  /** `x86_64`, `noarch`, …; `src` for source packages. */
  readonly arch: string;
}

export interface PackageFile {
  /** Absolute path as in the header. */
  readonly path: string;
  /** File type and permission bits as in stat(2) st_mode. */
  readonly mode: number;
  readonly user: string;
  readonly group: string;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly sizeBytes: number;
  /** SHA-256 of a regular file's content; undefined for everything else and for files without digest. */
  readonly digest: Digest | undefined;
  /** Target of a symbolic link, else empty. */
  readonly linkTarget: string;
  /** RPMFILE_* bits: 1 config, 2 doc, 8 missingok, 16 noreplace, 64 ghost, 128 license, 256 readme, 4096 artifact. */
  readonly flags: number;
  /** `%lang` codes separated by `|`, empty for all languages. */
  readonly lang: string;
  /** File capabilities as text (`cap_net_raw=ep`), empty for none. */
  readonly caps: string;
  /** Device number of device nodes (Linux new_encode_dev is applied by the reader of the image), else 0. */
  readonly rdev: number;
  /** Hard links within the package share device and inode number. */
  readonly device: number;
  readonly inode: number;
}

export type ScriptletKind =
  | 'pre'
  | 'post'
  | 'preun'
  | 'postun'
  | 'pretrans'
  | 'posttrans'
  | 'preuntrans'
  | 'postuntrans'
  | 'verify'
  | 'trigger'
  | 'file-trigger'
  | 'transaction-file-trigger';

export interface Scriptlet {
  readonly kind: ScriptletKind;
  /** Program and arguments, for example `['/bin/sh']`; `['<lua>']` for built-in Lua. */
  readonly interpreter: readonly string[];
  readonly body: string;
  /** For triggers: the relations (`name`, `name >= evr`) or path prefixes that set them off. */
  readonly conditions: readonly string[];
  /** For triggers: what has to happen to the packages or paths of the conditions. */
  readonly event?: TriggerEvent;
  /** Of file triggers: higher ones run first; rpm's default is 1,000,000. */
  readonly priority?: number;
  /** What rpm does with the body before and after it runs; absent for none. */
  readonly options?: readonly ScriptletOption[];
}

/** `expand` macros, expand as a `query-format`, take its failure as that of the transaction element (`critical`). */
export type ScriptletOption = 'expand' | 'query-format' | 'critical';

/** %triggerprein, %triggerin, %triggerun, %triggerpostun and their file variants. */
export type TriggerEvent = 'prein' | 'in' | 'un' | 'postun';

export interface ChangelogEntry {
  /** Seconds since 1970. */
  readonly time: number;
  readonly author: string;
  readonly text: string;
}

/** What a package says of itself: everything but payload bytes and signatures. */
export interface PackageMetadata extends Nevra, Relations {
  readonly summary: string;
  readonly description: string;
  readonly license: string;
  readonly url: string;
  readonly vendor: string;
  readonly packager: string;
  readonly group: string;
  readonly buildHost: string;
  /** Seconds since 1970. */
  readonly buildTime: number;
  /** File name of the source package; empty for source packages themselves. */
  readonly sourceRpm: string;
  /** Sum of the file sizes, in bytes. */
  readonly installedSizeBytes: number;
  /** Size of the uncompressed payload archive, in bytes; 0 where the header does not say. */
  readonly archiveSizeBytes: number;
  readonly files: readonly PackageFile[];
  readonly scriptlets: readonly Scriptlet[];
  readonly changelog: readonly ChangelogEntry[];
}
