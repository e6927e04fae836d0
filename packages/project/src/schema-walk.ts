import type { JsonSchema } from './json-schema.ts';
import type { ConfigPath } from './project.ts';
import type { Generation } from './schema/table.ts';

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

/** The alternatives that can describe `value`: by their constants and by the constant of their key `type`. */
export function alternativesFor(node: JsonSchema, value: unknown, root: JsonSchema): JsonSchema[] {
  const resolved = resolveSchema(node, root);
  const branches = resolved.anyOf ?? resolved.oneOf;
  if (branches === undefined) {
    return [resolved];
  }
  const fitting = branches.map((branch) => resolveSchema(branch, root)).filter((branch) => fits(branch, value));
  return fitting.flatMap((branch) => alternativesFor(branch, value, root));
}

function fits(branch: JsonSchema, value: unknown): boolean {
  if (branch.const !== undefined) {
    return branch.const === value;
  }
  if (branch.enum !== undefined) {
    return branch.enum.includes(value);
  }
  const discriminator = branch.properties?.type?.const;
  return discriminator === undefined || discriminator === member(value, 'type');
}

/** The definition of a member of a table or list, or undefined when there is none. */
export function memberSchema(node: JsonSchema, key: string | number): JsonSchema | undefined {
  if (typeof key === 'number') {
    return node.items;
  }
  if (node.properties !== undefined && Object.hasOwn(node.properties, key)) {
    return node.properties[key];
  }
  return typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
}

/** The keys that the table at `path` may have. */
export function keysAt(root: JsonSchema, value: unknown, path: ConfigPath): string[] {
  let nodes = alternativesFor(root, value, root);
  let current = value;
  for (const key of path) {
    current = member(current, key);
    nodes = nodes.flatMap((node) => {
      const next = memberSchema(node, key);
      return next === undefined ? [] : alternativesFor(next, current, root);
    });
  }
  return [...new Set(nodes.flatMap((node) => Object.keys(node.properties ?? {})))];
}

/** Something in a file that needs a newer generation of the format than April 2026. */
export interface Requirement {
  readonly generation: Exclude<Generation, 'april-2026'>;
  readonly path: ConfigPath;
}

/** Everything in a file that needs a newer generation, by the `since` marks of the definitions. */
export function requirements(root: JsonSchema, value: unknown): Requirement[] {
  const found: Requirement[] = [];
  visit(root, value, []);
  return found;

  function visit(node: JsonSchema, current: unknown, path: ConfigPath): void {
    const marked = resolveSchema(node, root);
    const nodes = alternativesFor(marked, current, root);
    const since = marked.since ?? nodes.find((candidate) => candidate.since !== undefined)?.since;
    if (since === 'august-2026' || since === 'slipway') {
      found.push({ generation: since, path });
    }
    if (current === null || typeof current !== 'object') {
      return;
    }
    for (const candidate of nodes) {
      if (candidate.items !== undefined && isPlain(candidate.items)) {
        continue; // thousands of package names need no visit
      }
      for (const [key, next] of Object.entries(current)) {
        const part = Array.isArray(current) ? Number(key) : key;
        const schema = memberSchema(candidate, part);
        if (schema !== undefined) {
          visit(schema, next, [...path, part]);
        }
      }
    }
  }
}

function isPlain(node: JsonSchema): boolean {
  return node.type === 'string' && node.since === undefined && node.enum === undefined;
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
