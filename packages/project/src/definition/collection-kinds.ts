import { isTable } from '../schema-walk.ts';
import { Definition } from './definition.ts';
import { broken } from './reading.ts';
import { string } from './scalar-kinds.ts';

export function list<T>(entry: Definition<T>, minItems = 0): Definition<T[], false> {
  return new Definition<T[], false>(
    {
      read(value, reading) {
        if (!Array.isArray(value)) {
          return reading.wrongType('a list', value);
        }
        if (value.length < minItems) {
          return reading.report('must not be empty');
        }
        const result: T[] = [];
        for (let index = 0; index < value.length; index++) {
          reading.path.push(index);
          const member = entry.read(value[index], reading);
          if (member === broken) {
            reading.lose(value[index]);
          } else {
            result.push(member);
          }
          reading.path.pop();
        }
        return result.length < minItems ? broken : result;
      },
      schema: (shared) => ({
        type: 'array',
        ...(minItems > 0 && { minItems }),
        items: entry.schema(shared),
      }),
      write: (value, directory) => value.map((member) => entry.kind.write(member, directory)),
    },
    false,
  );
}

const anyName = string({ minLength: 1 });

/** A table whose keys are chosen by the author: `[components.<name>]`. */
export function namedTable<T>(
  entry: Definition<T>,
  name: Definition<string> = anyName,
): Definition<Readonly<Record<string, T>>, false> {
  return new Definition<Readonly<Record<string, T>>, false>(
    {
      read(value, reading) {
        if (!isTable(value)) {
          return reading.wrongType('a table', value);
        }
        const result: Record<string, T> = {};
        for (const key of Object.keys(value)) {
          reading.path.push(key);
          const isNamed = reading.readName(() => name.kind.read(key, reading)) !== broken;
          const member = entry.read(value[key], reading);
          if (isNamed && member !== broken) {
            result[key] = member;
          } else {
            reading.lose(value[key]);
          }
          reading.path.pop();
        }
        return result;
      },
      schema: (shared) => ({
        type: 'object',
        propertyNames: name.schema(shared),
        additionalProperties: entry.schema(shared),
      }),
      write: (value, directory) =>
        Object.fromEntries(Object.entries(value).map(([key, member]) => [key, entry.kind.write(member, directory)])),
    },
    false,
  );
}

/** A table that is kept as it is and not interpreted; with `remark`, its use is a mistake that may be tolerated. */
export function foreignTable(remark?: string): Definition<Readonly<Record<string, unknown>>, false> {
  return new Definition<Readonly<Record<string, unknown>>, false>(
    {
      read(value, reading) {
        if (!isTable(value)) {
          return reading.wrongType('a table', value);
        }
        if (remark !== undefined) {
          reading.report(remark, { code: 'PROJECT_NOT_INTERPRETED', part: 'key' });
        }
        return value;
      },
      schema: () => ({ type: 'object', propertyNames: { type: 'string' }, additionalProperties: {} }),
      write: (value) => value,
    },
    false,
  );
}
