import type { Generation } from '../generation.ts';
import type { JsonSchema } from '../json-schema.ts';
import type { Broken, Reading } from './reading.ts';

/** How one sort of value is read from a file, described to editors, and written back. */
export interface Kind<T> {
  /** The value as the program uses it, whole or with its broken members left out; `broken` when nothing is usable. */
  read(value: unknown, reading: Reading): T | Broken;
  schema(shared: SharedSchemas): JsonSchema;
  /** The constant of a literal, or that of the key `type` of a table: tells the members of a union apart. */
  readonly tag?: unknown;
  /** The opposite of `read`. */
  write(value: T, directory: string): unknown;
}

/** The definitions that have a name, as they are met: the `$defs` of a schema. */
export type SharedSchemas = Map<string, JsonSchema>;

interface Marks {
  /** A shared definition: other places refer to it. */
  readonly id?: string;
  readonly description?: string;
  readonly since?: Generation;
  readonly deprecated?: true;
}

/**
 * What a value in a file must be. The same definition gives the reader, its TypeScript type, the JSON Schema for
 * editors and the reference page. Immutable: every method gives a new one.
 */
export class Definition<T, IsOptional extends boolean = boolean> {
  declare readonly output: T;
  readonly kind: Kind<T>;
  readonly isOptional: IsOptional;
  readonly marks: Marks;

  constructor(kind: Kind<T>, isOptional: IsOptional, marks: Marks = {}) {
    this.kind = kind;
    this.isOptional = isOptional;
    this.marks = marks;
  }

  describe(description: string): Definition<T, IsOptional> {
    return new Definition(this.kind, this.isOptional, { ...this.marks, description });
  }

  /** Needs a newer generation of the format than April 2026. */
  since(generation: Generation): Definition<T, IsOptional> {
    return new Definition(this.kind, this.isOptional, { ...this.marks, since: generation });
  }

  deprecated(): Definition<T, IsOptional> {
    return new Definition(this.kind, this.isOptional, { ...this.marks, deprecated: true });
  }

  named(id: string, description: string): Definition<T, IsOptional> {
    return new Definition(this.kind, this.isOptional, { ...this.marks, id, description });
  }

  /** As a member of a table: the key may be left out. */
  optional(): Definition<T, true> {
    return new Definition(this.kind, true, this.marks);
  }

  read(value: unknown, reading: Reading): T | Broken {
    if (this.marks.since !== undefined) {
      reading.need(this.marks.since);
    }
    return this.kind.read(value, reading);
  }

  schema(shared: SharedSchemas): JsonSchema {
    const { id, ...own } = this.marks;
    if (id === undefined) {
      return { ...own, ...this.kind.schema(shared) };
    }
    if (!shared.has(id)) {
      shared.set(id, {});
      shared.set(id, { ...own, ...this.kind.schema(shared) });
    }
    const shown = shared.get(id)?.description === own.description ? {} : own;
    return { $ref: `#/$defs/${id}`, ...shown };
  }
}

/** The type of the values that a definition gives. */
export type Output<D> = D extends Definition<infer T> ? T : never;
