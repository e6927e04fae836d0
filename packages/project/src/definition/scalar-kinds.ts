import { nearestNames } from '@slipway/core';
import { formatChoices, formatValue } from '../format-value.ts';
import type { Generation } from '../generation.ts';
import { Definition } from './definition.ts';
import { type Broken, broken, type Reading } from './reading.ts';

interface StringRules {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly format?: string;
  readonly pattern?: RegExp;
  /** Says what is wrong with a text that does not match. */
  readonly must?: string;
  /** Undefined, or what is wrong with a text. */
  readonly mistake?: (text: string) => string | undefined;
}

/** A date and time may also be one of TOML's own (TOML 1.0, "Offset Date-Time"). */
export function string(rules: StringRules = {}): Definition<string, false> {
  const { minLength, maxLength, format, pattern } = rules;
  return new Definition(
    {
      read(value, reading) {
        const text = format === 'date-time' && value instanceof Date ? value.toISOString() : value;
        if (typeof text !== 'string') {
          return reading.wrongType('a string', value);
        }
        const mistake = mistakeOfText(text, rules);
        return mistake === undefined ? text : reading.report(mistake);
      },
      schema: () => ({
        type: 'string',
        ...(format !== undefined && { format }),
        ...(minLength !== undefined && { minLength }),
        ...(maxLength !== undefined && { maxLength }),
        ...(pattern !== undefined && { pattern: pattern.source }),
      }),
      write: (value) => value,
    },
    false,
  );
}

function mistakeOfText(text: string, rules: StringRules): string | undefined {
  if (text.length < (rules.minLength ?? 0)) {
    return 'must not be empty';
  }
  if (text.length > (rules.maxLength ?? Number.POSITIVE_INFINITY)) {
    return `must have at most ${rules.maxLength} characters`;
  }
  return rules.pattern?.test(text) === false ? rules.must : rules.mistake?.(text);
}

export function boolean(): Definition<boolean, false> {
  return new Definition(
    {
      read: (value, reading) => (typeof value === 'boolean' ? value : reading.wrongType('true or false', value)),
      schema: () => ({ type: 'boolean' }),
      write: (value) => value,
    },
    false,
  );
}

export function integer(minimum: number, maximum = Number.MAX_SAFE_INTEGER): Definition<number, false> {
  return new Definition(
    {
      read(value, reading) {
        if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
          return reading.wrongType('an integer', value);
        }
        if (value < minimum || value > maximum) {
          return reading.report(value < minimum ? `must be at least ${minimum}` : `must be at most ${maximum}`);
        }
        return value;
      },
      schema: () => ({ type: 'integer', minimum, maximum }),
      write: (value) => value,
    },
    false,
  );
}

/** Exactly one value. */
export function literal<const T extends string | number>(expected: T): Definition<T, false> {
  return new Definition(
    {
      read: (value, reading) => (value === expected ? expected : wrongChoice([String(expected)], value, reading)),
      schema: () => ({ type: typeof expected, const: expected }),
      tag: expected,
      write: (value) => value,
    },
    false,
  );
}

/** One of some words; `later` has those that came with a generation. An empty word is allowed but not offered. */
export function choice<const T extends string, const L extends string = never>(
  words: readonly T[],
  later?: { readonly since: Generation; readonly words: readonly L[] },
): Definition<T | L, false> {
  const old = new Set<unknown>(words);
  const all = [...words, ...(later?.words ?? [])];
  return new Definition<T | L, false>(
    {
      read(value, reading) {
        if (old.has(value)) {
          return value as T;
        }
        if (later === undefined || !(later.words as readonly unknown[]).includes(value)) {
          return wrongChoice(all, value, reading);
        }
        reading.need(later.since);
        return value as L;
      },
      schema: () =>
        later === undefined
          ? { type: 'string', enum: words }
          : {
              anyOf: [
                { type: 'string', enum: words },
                { type: 'string', enum: later.words, since: later.since },
              ],
            },
      write: (value) => value,
    },
    false,
  );
}

export function wrongChoice(words: readonly string[], value: unknown, reading: Reading): Broken {
  const choices = words.filter((word) => word !== '');
  const nearest = typeof value === 'string' ? nearestNames(value, choices)[0] : undefined;
  const expected = choices.length === 1 ? `"${choices[0]}"` : `one of ${formatChoices(choices)}`;
  return reading.report(`expected ${expected}, found ${formatValue(value)}`, {
    ...(nearest !== undefined && { hint: `did you mean "${nearest}"?` }),
  });
}

/** A value that the program uses in another form than the author writes. */
export function converted<T, R>(
  written: Definition<T, false>,
  read: (value: T, reading: Reading) => R | Broken,
  write: (value: R, directory: string) => T,
): Definition<R, false> {
  const { kind, marks } = written;
  return new Definition<R, false>(
    {
      read(value, reading) {
        const inner = kind.read(value, reading);
        return inner === broken ? broken : read(inner, reading);
      },
      schema: (shared) => kind.schema(shared),
      write: (value, directory) => kind.write(write(value, directory), directory),
    },
    false,
    marks,
  );
}
