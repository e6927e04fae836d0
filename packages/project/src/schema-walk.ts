import type { JsonSchema } from './json-schema.ts';
import type { ConfigPath } from './project.ts';

/** Follows `$ref` into `$defs`. */
export function resolveSchema(node: JsonSchema, root: JsonSchema): JsonSchema {
  let resolved = node;
  while (resolved.$ref !== undefined) {
    const name = resolved.$ref.replace('#/$defs/', '');
    const { $ref: _, ...own } = resolved;
    resolved = { ...root.$defs?.[name], ...own };
  }
  return resolved;
}

/** Whether a value that was read from TOML is a table. */
export function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date);
}

/** The member of a table or list that was read from TOML. */
export function member(value: unknown, key: string | number): unknown {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) {
    return undefined;
  }
  return (value as Record<string | number, unknown>)[key];
}

export function valueAt(value: unknown, path: ConfigPath): unknown {
  return path.reduce<unknown>(member, value);
}
