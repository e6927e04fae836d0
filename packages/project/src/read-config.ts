import type { SlipwayError } from '@slipway/core';
import type { z } from 'zod';
import { type Mistake, mistakeError, mistakesOf, withoutMember } from './config-errors.ts';
import { schemaOf } from './json-schema.ts';
import { overlayKeys } from './schema/overlay.ts';
import { valueAt } from './schema-walk.ts';
import type { TomlDocument } from './toml-document.ts';

export interface ReadOptions {
  /** Unknown keys become warnings, as with azldev's `--permissive-config`. */
  readonly permissive: boolean;
  /** Also accepts what azldev accepts without effect: keys of one overlay type on another. */
  readonly lenientOverlays: boolean;
}

export const strictReading: ReadOptions = { permissive: false, lenientOverlays: false };

export interface ConfigReading<T> {
  /** Undefined when there are errors. */
  readonly config: T | undefined;
  readonly errors: readonly SlipwayError[];
  readonly warnings: readonly SlipwayError[];
}

/** Checks a file against its definition. Keys that the options tolerate are left out, with a warning each. */
export function readConfig<T extends z.ZodType>(
  definition: T,
  document: TomlDocument,
  options: ReadOptions,
): ConfigReading<z.output<T>> {
  const first = definition.safeParse(document.value);
  if (first.success) {
    return { config: first.data, errors: [], warnings: [] };
  }
  const mistakes = mistakesOf(first.error.issues, document, schemaOf(definition)).map((mistake) =>
    withoutEffect(mistake, document),
  );
  const tolerated = mistakes.filter((mistake) => isTolerated(mistake, options));
  const errors = mistakes.filter((mistake) => !isTolerated(mistake, options));
  const warnings = tolerated.map((mistake) => mistakeError(mistake, document));
  if (tolerated.length === 0 || errors.length > 0) {
    return { config: undefined, errors: errors.map((mistake) => mistakeError(mistake, document)), warnings };
  }
  return readTolerantly(definition, document, { tolerated, warnings });
}

/** Refinements only run once the shape is right, so the second pass may find new mistakes. */
function readTolerantly<T extends z.ZodType>(
  definition: T,
  document: TomlDocument,
  first: { readonly tolerated: readonly Mistake[]; readonly warnings: readonly SlipwayError[] },
): ConfigReading<z.output<T>> {
  const reduced = first.tolerated.reduce(
    (value, mistake) => withoutMember(value, mistake.path),
    document.value as unknown,
  );
  const second = definition.safeParse(reduced);
  if (second.success) {
    return { config: second.data, errors: [], warnings: first.warnings };
  }
  const mistakes = mistakesOf(second.error.issues, document, schemaOf(definition));
  return {
    config: undefined,
    errors: mistakes.map((mistake) => mistakeError(mistake, document)),
    warnings: first.warnings,
  };
}

function isTolerated(mistake: Mistake, options: ReadOptions): boolean {
  return (
    (mistake.code === 'PROJECT_UNKNOWN_KEY' && options.permissive) ||
    (mistake.code === 'PROJECT_NO_EFFECT' && (options.permissive || options.lenientOverlays))
  );
}

/** An overlay key that its type does not have: known to azldev, but nothing reads it. */
function withoutEffect(mistake: Mistake, document: TomlDocument): Mistake {
  const key = mistake.path.at(-1);
  const isOverlayKey = mistake.path.at(-3) === 'overlays' && typeof mistake.path.at(-2) === 'number';
  if (mistake.code !== 'PROJECT_UNKNOWN_KEY' || !isOverlayKey || !overlayKeys.includes(String(key))) {
    return mistake;
  }
  const type = String(valueAt(document.value, [...mistake.path.slice(0, -1), 'type']));
  return {
    ...mistake,
    code: 'PROJECT_NO_EFFECT',
    reason: `the key has no effect on an overlay of type ${type}`,
    hint: 'remove it',
  };
}
