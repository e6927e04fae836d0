import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import { formatDependency, overlaps, parseDependency } from '@slipway/rpm';
import fc from 'fast-check';
import { compareTruth } from './check-relations.ts';
import { type DebianComparison, parseRelationField, satisfiesBound } from './debian-relation.ts';
import { parseDebianVersion } from './debian-version.ts';
import { buildImportContext, checkRelations, importFacts, type RelationSource } from './import-context.ts';
import { mapRelations } from './map-relations.ts';
import { mapVersion } from './map-version.ts';

function source(name: string, version: string, relations: RelationSource['relations'] = {}): RelationSource {
  return { name, version, architecture: 'amd64', relations };
}

function requiresOf(depends: string): string[] {
  const one = source('x', '1', { Depends: depends });
  return mapRelations(one, importFacts(buildImportContext([one]), one)).requires.map(formatDependency);
}

test('relations are read with qualifiers, architectures and profiles', () => {
  assert.deepEqual(requiresOf('a (>= 1), b | c (<< 2), d:any, e:i386, f [amd64] <!nocheck>, g (> 1)'), [
    'a >= 1-0',
    '(b or c < 2-0)',
    'd',
    'f',
    'g >= 1-0',
  ]);
});

test('sorting tricks in upper bounds become bounds that rpm understands', () => {
  assert.deepEqual(requiresOf('a (<< 1.2-.), b (<< 1.2-z), c (<< 1.2.x), d (<< 1.2.~), e (<< 1.2-3~)'), [
    'a <= 1.2-99999999',
    'b <= 1.2-99999999',
    'c < 1.2.99999999-0',
    'd < 1.2.0~~-0',
    'e < 1.2-3~',
  ]);
});

test('any text is relations or refused with a code', () => {
  const word = fc.constantFrom('a', '(', ')', '>=', '<<', ' ', '|', ',', '1.0', ':any', '[', ']', '<', '>', '~');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(word).map((parts) => parts.join('')),
      ),
      (text) => {
        try {
          parseRelationField(text);
        } catch (failure) {
          assert.ok(failure instanceof SlipwayError && failure.code === 'UPSTREAM_BAD_VERSION');
        }
      },
    ),
  );
});

test('unversioned provides do not satisfy versioned relations', () => {
  const real = source('perl-base', '5.42', { Provides: 'modules', Breaks: 'modules (<< 5)' });
  const user = source('user', '1', { Depends: 'modules, perl-base' });
  const context = buildImportContext([real, user]);
  const provided = mapRelations(real, importFacts(context, real));
  assert.deepEqual(provided.provides.slice(2).map(formatDependency), ['deb-virtual(modules)']);
  const required = mapRelations(user, importFacts(context, user)).requires.map(formatDependency);
  assert.deepEqual(required, ['deb-virtual(modules)', 'perl-base']);
});

test('a relation that rpm would decide otherwise is found and repaired', () => {
  const context = buildImportContext([source('lib', '13.5-3'), source('x', '1', { Breaks: 'lib (<< 13-2022-1)' })]);
  const [difference] = context.differences.values();
  assert.equal(difference?.relation, 'lib (<< 13-2022-1)');
  assert.deepEqual(difference.versions, ['13.5-3']);
  assert.deepEqual(checkRelations(context), []);
  const user = source('x', '1', { Breaks: 'lib (<< 13-2022-1)' });
  const [conflict] = mapRelations(user, importFacts(context, user)).conflicts;
  const provide = parseDependency('lib = 13.5-3');
  assert.equal(overlaps(provide, conflict ?? provide), false);
});

const version = fc.constantFrom('1.2a', '1.2+b', '1.rc1', '1.2', '1-2-1', '1.1', '1+b0', '1+b', '1:0', '1.2-~', '1~');

test('a repaired bound decides every provider as dpkg does', () => {
  const comparison = fc.constantFrom<DebianComparison>('<<', '<=', '=', '>=', '>>');
  fc.assert(
    fc.property(
      fc.uniqueArray(version, { minLength: 1, maxLength: 4 }),
      comparison,
      version,
      (found, operator, text) => {
        const bound = { comparison: operator, version: parseDebianVersion(text) };
        const providers = found.map((one) => ({ debian: parseDebianVersion(one), rpm: mapVersion(one) }));
        const repair = compareTruth({ name: 'x', qualifier: '', bound }, providers)?.repair;
        for (const { debian, rpm } of repair === undefined ? [] : providers) {
          const provide = { name: 'x', comparison: '=' as const, evr: rpm };
          assert.equal(overlaps(provide, { name: 'x', ...repair } as typeof provide), satisfiesBound(debian, bound));
        }
      },
    ),
  );
});
