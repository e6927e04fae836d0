/** What is known about any declared difference between a component and its upstream. */
export interface DeviationFacts {
  readonly component: string;
  /** What it does, one sentence; may be empty. */
  readonly description: string;
  /** Why it has to be; may be empty. */
  readonly reason: string;
  /** The reason was not stated as one: it is the comment above the declaration. */
  readonly reasonIsComment?: boolean;
  /** Where the project declares it. */
  readonly at: DeclaredAt;
  /** What the component has it from when it does not declare it itself, for example `group tools`. */
  readonly inheritedFrom?: string;
  /** When its lines came into the project, from the history of the project. */
  readonly since?: DeviationCommit & {
    /** The history that is at hand begins there: it may be older. */
    readonly atLeast?: boolean;
  };
  /** When its lines were last changed, if later than `since`. */
  readonly changed?: DeviationCommit;
  /** Lines of it are not committed yet. */
  readonly isUncommitted?: boolean;
}

/** Lines of a file, from 1; the file is relative to the project. */
export interface DeclaredAt {
  readonly file: string;
  readonly line?: number;
  readonly lastLine?: number;
}

export interface DeviationCommit {
  /** Seconds since 1970. */
  readonly time: number;
  readonly author: string;
  /** Hexadecimal. */
  readonly commit?: string;
}

/** One overlay of a component: one change of its spec, its sources, or of what an imported package has. */
export interface Deviation extends DeviationFacts {
  /** `import`: made while importing a binary package; `source`: made to the spec and sources before building. */
  readonly kind: 'import' | 'source';
  readonly overlay: {
    /** Position among the overlays of the component, from 0. */
    readonly index: number;
    /** For example `spec-add-tag`. */
    readonly type: string;
    /** What it acts on, short: `Requires: flatpak in core`. */
    readonly target?: string;
  };
  /** For example `upstream-backport`; undefined when the project does not say. */
  readonly category: string | undefined;
  /** `upstreamed`, `upstreamable`, `needs-upstream-hook`, `inapplicable` or `unknown`; undefined when not said. */
  readonly upstreamStatus: string | undefined;
  readonly links: readonly DeviationLink[];
  /** What it changed when it was applied; absent while nobody has applied it. */
  readonly measured?: MeasuredChange;
}

export interface MeasuredChange {
  readonly linesAdded: number;
  readonly linesRemoved: number;
  /** Unified diff of everything that it changes; may be empty. */
  readonly diff: string;
}

export interface DeviationLink {
  readonly kind: 'commit' | 'bug';
  readonly url: string;
}

/** Settings that make a component differ from upstream although no overlay touches it. */
export const settingNames = [
  'build.with',
  'build.without',
  'build.defines',
  'build.undefines',
  'build.check.skip',
  'release.calculation',
  'source-files',
] as const;

export interface SettingDeviation extends DeviationFacts {
  readonly setting: (typeof settingNames)[number];
}

/** All deviations of a distribution; every output of the report is made from this. */
export interface DeviationReport {
  readonly distribution: { readonly name: string; readonly version: string };
  /** `built`: what a finished build applied; `declared`: what the project says, nothing was applied. */
  readonly basis: 'built' | 'declared';
  /** Digest of the project's files that the report was made from. */
  readonly project?: string;
  readonly componentsTotal: number;
  readonly deviations: readonly Deviation[];
  readonly settings: readonly SettingDeviation[];
}
