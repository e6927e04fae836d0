/** One declared difference between a component and its upstream: one overlay, or one change of an import. */
export interface Deviation {
  readonly component: string;
  /** `import`: made while importing a binary package; `source`: made to the spec and sources before building. */
  readonly kind: 'import' | 'source';
  readonly overlay: {
    /** Position among the overlays of the component, from 0. */
    readonly index: number;
    /** For example `spec-add-tag`. */
    readonly type: string;
  };
  /** What it does, one sentence; may be empty. */
  readonly description: string;
  /** Why it has to be; may be empty. */
  readonly reason: string;
  /** For example `upstream-backport`; undefined when the project does not say. */
  readonly category: string | undefined;
  /** `upstreamed`, `upstreamable`, `needs-upstream-hook`, `inapplicable` or `unknown`; undefined when not said. */
  readonly upstreamStatus: string | undefined;
  readonly links: readonly DeviationLink[];
  /** Where the project declares it; the line counts from 1. */
  readonly at: { readonly file: string; readonly line?: number };
  readonly linesAdded: number;
  readonly linesRemoved: number;
  /** Unified diff of everything that it changes; may be empty. */
  readonly diff: string;
  /** When and by whom it was last changed, from the history of the project. */
  readonly since?: {
    /** Seconds since 1970. */
    readonly time: number;
    readonly author: string;
  };
}

export interface DeviationLink {
  readonly kind: 'commit' | 'bug';
  readonly url: string;
}

/** All deviations of a distribution; every output of the report is made from this. */
export interface DeviationReport {
  readonly distribution: { readonly name: string; readonly version: string };
  readonly componentsTotal: number;
  readonly componentsChanged: number;
  readonly deviations: readonly Deviation[];
}
