import { nearestNames } from '@slipway/core';
import { formatChoices } from '../format-value.ts';
import { isTable } from '../schema-walk.ts';
import { Definition, type Kind, type Output, type SharedSchemas } from './definition.ts';
import { type Broken, broken, type Reading } from './reading.ts';
import { wrongChoice } from './scalar-kinds.ts';

type Shape = Readonly<Record<string, Definition<unknown>>>;

type CamelCase<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S extends `${infer Head}_${infer Tail}`
    ? `${Head}${Capitalize<CamelCase<Tail>>}`
    : S;

type Flat<T> = { [K in keyof T]: T[K] };

/** A table as TypeScript sees it: `rpm-channel` becomes `rpmChannel`. */
type TableOutput<S extends Shape> = Flat<
  {
    readonly [K in keyof S as S[K] extends Definition<unknown, false> ? CamelCase<K & string> : never]: Output<S[K]>;
  } & {
    readonly [K in keyof S as S[K] extends Definition<unknown, false> ? never : CamelCase<K & string>]?: Output<S[K]>;
  }
>;

/** Reports what is wrong between the members of a table; the path starts at the table. */
export type Report = (reason: string, path?: readonly (string | number)[]) => void;

interface Check<T> {
  /** As the author writes them; without one of them that was left out, the check would blame the author twice. */
  readonly keys: readonly string[];
  readonly run: (value: T, report: Report) => void;
}

interface Field {
  readonly name: string;
  readonly definition: Definition<unknown>;
}

/** Keys that are known elsewhere: here they do nothing. */
interface IdleKeys {
  readonly keys: ReadonlySet<string>;
  readonly where: string;
}

class TableKind<T> implements Kind<T> {
  readonly shape: Shape;
  readonly tag: unknown;
  readonly #fields: ReadonlyMap<string, Field>;
  readonly #required: readonly string[];
  readonly #checks: readonly Check<T>[];
  readonly #idle: IdleKeys | undefined;

  constructor(shape: Shape, checks: readonly Check<T>[] = [], idle?: IdleKeys) {
    this.shape = shape;
    this.tag = shape.type?.kind.tag;
    this.#fields = new Map(
      Object.entries(shape).map(([key, definition]) => [key, { name: camelCase(key), definition }]),
    );
    this.#required = Object.keys(shape).filter((key) => shape[key]?.isOptional === false);
    this.#checks = checks;
    this.#idle = idle;
  }

  checked(check: Check<T>): TableKind<T> {
    return new TableKind(this.shape, [...this.#checks, check], this.#idle);
  }

  ignoring(idle: IdleKeys): TableKind<T> {
    return new TableKind(this.shape, this.#checks, idle);
  }

  read(value: unknown, reading: Reading): T | Broken {
    if (!isTable(value)) {
      return reading.wrongType('a table', value);
    }
    const result: Record<string, unknown> = {};
    let lost: Set<string> | undefined;
    for (const key of Object.keys(value)) {
      const field = this.#fields.get(key);
      reading.path.push(key);
      const member = field === undefined ? this.#refuseKey(key, reading) : field.definition.read(value[key], reading);
      if (member === broken) {
        reading.lose(value[key]);
        lost ??= new Set();
        lost.add(field === undefined ? this.#meantKey(key) : key);
      } else if (field !== undefined) {
        result[field.name] = member;
      }
      reading.path.pop();
    }
    return this.#complete(result, lost, reading);
  }

  #complete(result: Record<string, unknown>, lost: ReadonlySet<string> | undefined, reading: Reading): T | Broken {
    let isWhole = true;
    for (const key of this.#required) {
      if (!Object.hasOwn(result, this.#fields.get(key)?.name ?? key)) {
        isWhole = false;
        if (!lost?.has(key)) {
          reading.report(`the key ${key} is missing`, { code: 'PROJECT_MISSING_KEY', part: 'key' });
        }
      }
    }
    if (!isWhole) {
      return broken;
    }
    for (const { keys, run } of this.#checks) {
      if (lost === undefined || !keys.some((key) => lost.has(key))) {
        run(result as T, (reason, path = []) => reading.report(reason, { path }));
      }
    }
    return result as T;
  }

  #refuseKey(key: string, reading: Reading): Broken {
    if (this.#idle?.keys.has(key)) {
      const reason = `the key has no effect on ${this.#idle.where}`;
      return reading.report(reason, { code: 'PROJECT_NO_EFFECT', part: 'key', hint: 'remove it' });
    }
    const known = Object.keys(this.shape);
    const nearest = nearestNames(key, known)[0];
    const hint = nearest === undefined ? `use one of ${formatChoices(known)}` : `did you mean ${nearest}?`;
    return reading.report('there is no such key', { code: 'PROJECT_UNKNOWN_KEY', part: 'key', hint });
  }

  /** A misspelt key is not also a missing one. */
  #meantKey(key: string): string {
    return nearestNames(key, Object.keys(this.shape))[0] ?? key;
  }

  schema(shared: SharedSchemas) {
    const properties = Object.entries(this.shape).map(([key, definition]) => [key, definition.schema(shared)] as const);
    return {
      type: 'object',
      properties: Object.fromEntries(properties),
      ...(this.#required.length > 0 && { required: this.#required }),
      additionalProperties: false,
    };
  }

  write(value: T, directory: string): Record<string, unknown> {
    const written: Record<string, unknown> = {};
    for (const [key, { name, definition }] of this.#fields) {
      const member = (value as Readonly<Record<string, unknown>>)[name];
      if (member !== undefined) {
        written[key] = definition.kind.write(member, directory);
      }
    }
    return written;
  }
}

/** The definition of a TOML table with exactly these keys. */
export class Table<T> extends Definition<T, false> {
  declare readonly kind: TableKind<T>;

  /** Adds a condition between members, which runs when the members named by `keys` could be read. */
  check(keys: readonly string[], run: Check<T>['run']): Table<T> {
    return new Table(this.kind.checked({ keys, run }), false, this.marks);
  }

  /** Keys that mean something on other tables of the sort; `where` says what they have no effect on. */
  ignoring(keys: ReadonlySet<string>, where: string): Table<T> {
    return new Table(this.kind.ignoring({ keys, where }), false, this.marks);
  }
}

export function table<S extends Shape>(shape: S): Table<TableOutput<S>> {
  return new Table(new TableKind<TableOutput<S>>(shape), false);
}

/** One of several tables, told apart by the constant of their key `type`. */
export function tagged<const Tables extends readonly Definition<{ readonly type: string }>[]>(
  tables: Tables,
): Definition<Output<Tables[number]>, false> {
  type Value = Output<Tables[number]>;
  const kinds = new Map(tables.map(({ kind }) => [kind.tag, kind]));
  return new Definition<Value, false>(
    {
      read(value, reading) {
        const type = isTable(value) ? value.type : undefined;
        const kind = kinds.get(type);
        if (kind !== undefined) {
          return kind.read(value, reading) as Value | Broken;
        }
        return isTable(value) ? wrongTag(type, [...kinds.keys()], reading) : reading.wrongType('a table', value);
      },
      schema: (shared) => ({ oneOf: tables.map((each) => each.schema(shared)) }),
      write: (value, directory) => kinds.get((value as { readonly type: string }).type)?.write(value, directory),
    },
    false,
  );
}

function wrongTag(type: unknown, known: readonly unknown[], reading: Reading): Broken {
  if (type === undefined) {
    return reading.report('the key type is missing', { code: 'PROJECT_MISSING_KEY', part: 'key' });
  }
  reading.path.push('type');
  wrongChoice(known.map(String), type, reading);
  reading.path.pop();
  return broken;
}

function camelCase(key: string): string {
  return key.replace(/[-_](.)/g, (_match, letter: string) => letter.toUpperCase());
}
