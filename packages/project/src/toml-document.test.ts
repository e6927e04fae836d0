import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SlipwayError, SlipwayErrors } from '@slipway/core';
import fc from 'fast-check';
import { effectiveComponents } from './effective-components.ts';
import { embeddedDefaults } from './embedded-defaults.ts';
import { parseImageDefinition } from './image-definition.ts';
import { parseLock } from './lock-file.ts';
import { mergeConfig } from './merge-config.ts';
import { Mistakes } from './mistakes.ts';
import type { Project } from './project.ts';
import { type Dialect, readConfig } from './read-config.ts';
import { resolveProject } from './resolve-project.ts';
import { configFile } from './schema/config-file.ts';
import { parseTomlDocument } from './toml-document.ts';

/** The whole way of one file without a disk. */
function projectOf(bytes: Uint8Array, dialect: Dialect = 'slipway'): Project {
  const document = parseTomlDocument('/p/slipway.toml', bytes);
  const options = { dialect, permissive: false };
  const mistakes = new Mistakes(options);
  mistakes.addFile(document.file, { document });
  const reading = readConfig(configFile, document, options);
  mistakes.addReading(document.file, reading);
  const { config = {}, generation } = reading;
  const sources = [{ file: document.file, isOwn: true, config, generation }];
  const merged = mergeConfig(sources, { defaults: embeddedDefaults, mergeComponents: false }, mistakes);
  const effective = effectiveComponents(merged, new Map(), mistakes);
  return resolveProject({
    overlayMode: 'august-2026',
    rootFile: document.file,
    sources,
    merged,
    effective,
    overlayFiles: new Map(),
    mistakes,
  });
}

function refusal(run: () => unknown): SlipwayError {
  try {
    run();
  } catch (failure) {
    const error = failure instanceof SlipwayErrors ? failure.errors[0] : failure;
    assert.ok(error instanceof SlipwayError, String(failure));
    return error;
  }
  return assert.fail('accepted');
}

describe('hostile TOML', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['__proto__ as a table', '[__proto__]\npolluted = 1', 'PROJECT_SYNTAX'],
    ['__proto__ as a quoted, escaped key', '[components]\n"__proto\\u005f_" = {}', 'PROJECT_SYNTAX'],
    ['constructor as an unknown key', 'constructor = { prototype = 1 }', 'PROJECT_UNKNOWN_KEY'],
    ['deep inline lists', `includes = ${'['.repeat(100_000)}`, 'PROJECT_SYNTAX'],
    ['deep dotted keys', `${'a.'.repeat(50_000)}b = 1`, 'CORE_LIMIT'],
    ['deep table headers', `[${'a.'.repeat(50_000)}b]`, 'CORE_LIMIT'],
    ['an integer beyond 2^53', '[project]\nsource-date-epoch = 9223372036854775807', 'PROJECT_SYNTAX'],
    ['infinity for an integer', '[project]\nsource-date-epoch = inf', 'PROJECT_BAD_VALUE'],
    ['a date for a string', '[project]\ndescription = 2026-01-01', 'PROJECT_BAD_VALUE'],
    ['a redefined table', '[a]\n[a]', 'PROJECT_SYNTAX'],
    ['a file that is too large', `# ${' '.repeat(17 << 20)}`, 'CORE_LIMIT'],
    ['a long line', `${'x'.repeat(1 << 20)} = 1`, 'PROJECT_UNKNOWN_KEY'],
  ];
  for (const [name, text, code] of cases) {
    test(`${name} is refused`, () => {
      assert.equal(refusal(() => projectOf(Buffer.from(text))).code, code);
      assert.equal(({} as { polluted?: number }).polluted, undefined);
    });
  }

  test('names of Object.prototype are ordinary names', () => {
    const names = ['constructor', 'toString', 'hasOwnProperty', 'valueOf'];
    const components = names
      .map((name) => `[components.${name}]\nspec = { type = "local", path = "${import.meta.filename}" }`)
      .join('\n');
    const project = projectOf(Buffer.from(components));
    assert.deepEqual([...project.components.keys()], [...names].sort());
  });

  test('a byte order mark is skipped', () => {
    assert.equal(projectOf(Buffer.from('\ufeff[project]\ndescription = "x"')).description, 'x');
  });
});

describe('no input throws anything but a SlipwayError', () => {
  function isSlipwayError(run: () => unknown): void {
    try {
      run();
    } catch (failure) {
      const errors = failure instanceof SlipwayErrors ? failure.errors : [failure];
      assert.ok(errors.length > 0);
      for (const error of errors) {
        assert.ok(error instanceof SlipwayError, String(error));
        assert.equal(error.at?.file.startsWith('/p/'), true);
        JSON.stringify(error);
      }
    }
  }

  test('random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        isSlipwayError(() => projectOf(bytes));
        isSlipwayError(() => parseImageDefinition('/p/image.toml', bytes));
        isSlipwayError(() => parseLock('/p/slipway.lock', bytes));
      }),
    );
  });

  const keys = fc.constantFrom(
    'components',
    'x',
    'overlays',
    'type',
    'spec',
    'path',
    'distros',
    'versions',
    'project',
    'default-distro',
    'name',
    'metadata',
    'category',
    'packages',
    'publish',
    'images',
    'definition',
    'snapshots',
    'component-groups',
    'resources',
    'test-suites',
    '""',
    '"\\n"',
  );
  const scalars = fc.constantFrom(
    '"local"',
    '"spec-add-tag"',
    '"patch-add"',
    '"slipway"',
    '"apt"',
    '1',
    'nan',
    'true',
    '[]',
    '{}',
    '[[]]',
    '[{}]',
    '1979-05-27',
    '""',
    '"azl-pruning"',
  );
  const lines = fc.oneof(
    fc.array(keys, { minLength: 1, maxLength: 5 }).map((path) => `[${path.join('.')}]`),
    fc.array(keys, { minLength: 1, maxLength: 5 }).map((path) => `[[${path.join('.')}]]`),
    fc
      .tuple(fc.array(keys, { minLength: 1, maxLength: 3 }), scalars)
      .map(([path, value]) => `${path.join('.')} = ${value}`),
  );

  test('random combinations of known keys and values', () => {
    fc.assert(
      fc.property(fc.array(lines, { maxLength: 8 }), fc.constantFrom<Dialect>('azldev', 'slipway'), (text, dialect) => {
        const bytes = Buffer.from(text.join('\n'));
        isSlipwayError(() => projectOf(bytes, dialect));
        isSlipwayError(() => parseImageDefinition('/p/image.toml', bytes));
        isSlipwayError(() => parseLock('/p/slipway.lock', bytes));
      }),
      { numRuns: 400 },
    );
  });
});
