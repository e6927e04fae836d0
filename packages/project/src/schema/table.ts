import { z } from 'zod';

type CamelCase<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S extends `${infer Head}_${infer Tail}`
    ? `${Head}${Capitalize<CamelCase<Tail>>}`
    : S;

/** A table's keys as TypeScript names: `rpm-channel` becomes `rpmChannel`. */
export type CamelKeys<T> = { readonly [K in keyof T as K extends string ? CamelCase<K> : K]: T[K] };

/**
 * A TOML table with exactly these keys. Its input is what the author wrote (kebab-case), its output what the
 * program reads (camelCase), so that the same definition gives the JSON Schema and the TypeScript type.
 */
export function table<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const names = new Map(Object.keys(shape).map((key) => [key, camelCase(key)]));
  return z.strictObject(shape).transform((value) => {
    const renamed: Record<string, unknown> = {};
    for (const [key, member] of Object.entries(value)) {
      renamed[names.get(key) ?? key] = member;
    }
    return renamed as CamelKeys<typeof value>;
  });
}

/** A table whose keys are chosen by the author: `[components.<name>]`. */
export function namedTable<Value extends z.ZodType>(value: Value) {
  return z.record(z.string().min(1), value);
}

export function camelCase(key: string): string {
  return key.replace(/[-_](.)/g, (_match, letter: string) => letter.toUpperCase());
}

/**
 * What a file needs that the first public definitions of Azure Linux 4.0 (April 2026) did not have:
 * azldev of August 2026, or Slipway. Written as `.meta({ since })` on keys and values.
 */
export type Generation = 'april-2026' | 'august-2026' | 'slipway';

export const sinceAugust = { since: 'august-2026' } as const;
export const sinceSlipway = { since: 'slipway' } as const;
