import type { Overlay } from '../overlay.ts';
import type { LintInput } from './lint-input.ts';
import { listCodes } from './list-codes.ts';
import { settingCodes } from './setting-codes.ts';
import { specCodes } from './spec-codes.ts';
import { textCodes } from './text-codes.ts';

/** What the reference says of a code. */
export interface LintRule {
  readonly severity: 'error' | 'warning' | 'note';
  /** One clause: what is found. */
  readonly meaning: string;
  /** What goes wrong if nothing is done. */
  readonly why: string;
  /** A component `demo` that has this finding. */
  readonly example: LintExample;
}

export interface LintExample
  extends Pick<LintInput, 'files' | 'sourceFiles' | 'mode' | 'releaseCalculation' | 'settings' | 'namedAfter'> {
  readonly overlays: readonly Overlay[];
  readonly spec?: string;
  /** How often the text of the spec is repeated; default: once. */
  readonly times?: number;
  /** Sources that exist; all, when absent. */
  readonly sources?: readonly string[];
}

/** Every finding that `lintOverlays` can give, by code: first of the text of one overlay, then of the list, of the spec, of settings. */
export const lintCatalogue = { ...textCodes, ...listCodes, ...specCodes, ...settingCodes } as const;

export type LintCode = keyof typeof lintCatalogue;
