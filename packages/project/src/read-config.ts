import { dirname } from 'node:path';
import type { ErrorCode, SlipwayError } from '@slipway/core';
import { mistakeError } from './config-errors.ts';
import type { Definition } from './definition/definition.ts';
import { broken, type LostPart, Reading } from './definition/reading.ts';
import type { Generation } from './generation.ts';
import type { TomlDocument } from './toml-document.ts';

/** azldev's configuration, or the superset that is rooted in a `slipway.toml`. */
export type Dialect = 'azldev' | 'slipway';

export interface ReadOptions {
  readonly dialect: Dialect;
  /** What can be left out is a warning, as with azldev's `--permissive-config`. */
  readonly permissive: boolean;
}

export const strictReading: ReadOptions = { dialect: 'slipway', permissive: false };

export interface ConfigReading<T> {
  /** Without the parts that are wrong; undefined when nothing is left. */
  readonly config: T | undefined;
  readonly errors: readonly SlipwayError[];
  readonly warnings: readonly SlipwayError[];
  readonly lost: readonly LostPart[];
  /** The newest generation of the format that the file needs. */
  readonly generation: Generation;
}

/** Checks a file against its definition; all paths of the result are absolute. */
export function readConfig<T>(
  definition: Definition<T>,
  document: TomlDocument,
  options: ReadOptions,
): ConfigReading<T> {
  const reading = new Reading({
    directory: dirname(document.file),
    refusesAdditions: options.dialect === 'azldev',
  });
  const config = definition.kind.read(document.value, reading);
  const errors: SlipwayError[] = [];
  const warnings: SlipwayError[] = [];
  for (const mistake of reading.mistakes) {
    (isTolerated(mistake.code, options) ? warnings : errors).push(mistakeError(mistake, document));
  }
  const { lost, generation } = reading;
  return { config: config === broken ? undefined : config, errors, warnings, lost, generation };
}

/** What can be left out without a guess at what the author wants. */
const omissible: ReadonlySet<ErrorCode> = new Set([
  'PROJECT_UNKNOWN_KEY',
  'PROJECT_MISSING_KEY',
  'PROJECT_BAD_VALUE',
  'PROJECT_NO_EFFECT',
  'PROJECT_UNKNOWN_NAME',
]);

/** Whether a mistake is only a warning. azldev accepts keys without effect in silence. */
export function isTolerated(code: ErrorCode, { dialect, permissive }: ReadOptions): boolean {
  return (
    code === 'PROJECT_NOT_INTERPRETED' ||
    (code === 'PROJECT_NO_EFFECT' && dialect === 'azldev') ||
    (permissive && omissible.has(code))
  );
}
