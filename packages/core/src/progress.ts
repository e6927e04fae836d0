/** The stages of the main job, in the order of the data (ARCHITECTURE.md, "The way the data goes"). */
export const stages = [
  'snapshot',
  'import',
  'render',
  'build',
  'sign',
  'repository',
  'resolve',
  'compose',
  'images',
  'reports',
] as const;

/** A stage of the main job, or what another command does that takes longer than a second. */
export type Stage = (typeof stages)[number] | 'update' | 'lint' | 'forecast';

export type ProgressUnit = 'bytes' | 'packages' | 'files' | 'steps';

/** What long work says about itself. Totals may be unknown and may grow. */
export type ProgressEvent =
  | { readonly type: 'stage-start'; readonly stage: Stage }
  | {
      readonly type: 'advance';
      readonly stage: Stage;
      readonly unit: ProgressUnit;
      readonly done: number;
      readonly total?: number;
      /** What is being worked on, for example a package name. */
      readonly item?: string;
    }
  | { readonly type: 'stage-end'; readonly stage: Stage; readonly seconds: number; readonly summary: string }
  | { readonly type: 'note'; readonly level: 'info' | 'warning'; readonly text: string };

/** Receives events; must not throw and must return at once. */
export type ProgressListener = (event: ProgressEvent) => void;

export const silentProgress: ProgressListener = () => {};
