import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { formatSystemState } from './format-system-state.ts';
import { parseSystemState } from './parse-system-state.ts';
import { rpmdbCookie } from './rpmdb-cookie.ts';
import { emptySystemState, type GroupMemberType, reasonLookup, type SystemState } from './system-state.ts';

const text = fc.string({ unit: 'grapheme', minLength: 1 });
const texts = fc.array(text, { maxLength: 12 });
const memberType = fc.constantFrom<GroupMemberType>('mandatory', 'default', 'conditional', 'optional');
const anyState: fc.Arbitrary<SystemState> = fc.record({
  reasons: mapOf(fc.constantFrom('user', 'dependency', 'weak-dependency', 'external-user')),
  repositories: mapOf(text),
  groups: mapOf(
    fc.record(
      { userInstalled: fc.boolean(), memberTypes: fc.uniqueArray(memberType), packages: texts },
      { noNullPrototype: true },
    ),
  ),
  environments: mapOf(texts),
  rpmdbCookie: text,
});

function mapOf<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Map<string, T>> {
  return fc.array(fc.tuple(text, value), { maxLength: 6 }).map((entries) => new Map(entries));
}

function sorted<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

test('a state that is written is read back', () => {
  fc.assert(
    fc.property(anyState, (state) => {
      const read = parseSystemState(formatSystemState(state));
      for (const key of ['reasons', 'repositories', 'groups', 'environments'] as const) {
        assert.deepEqual(sorted<unknown>(read[key]), sorted<unknown>(state[key]), key);
      }
      assert.equal(read.rpmdbCookie, state.rpmdbCookie);
    }),
    { numRuns: 50 },
  );
});

test('arrays of packages break where toml11 breaks them', () => {
  const groups = (packages: readonly string[]) =>
    formatSystemState({
      ...emptySystemState,
      groups: new Map([['a', { userInstalled: true, memberTypes: [], packages }]]),
    });
  const lineOf = (...lengths: readonly number[]) =>
    groups(lengths.map((length) => 'x'.repeat(length)))
      .get('groups.toml')
      ?.includes('\n    "x');
  // each counts its quotes and two, each but the last two for the comma: more than 60 is too long
  assert.deepEqual([lineOf(56), lineOf(57)], [false, true]);
  assert.deepEqual([lineOf(20, 30), lineOf(20, 31)], [false, true]);
  assert.deepEqual([lineOf(1, 1, 1, 1, 1, 1, 1, 1), lineOf(1, 1, 1, 1, 1, 1, 1, 1, 1)], [false, true]);
});

test('any text is a state or a coded error', () => {
  const names = ['packages', 'nevras', 'groups', 'environments', 'system'].map((name) => `${name}.toml`);
  const token = fc.constantFrom(
    'version = "1.0"\n',
    '[packages]\n',
    '"a.b" = {reason = ',
    '"User"}',
    '[',
    ']',
    '{',
    '"',
    '\n',
    '=',
    '.',
    "'",
  );
  const source = fc.oneof(
    fc.string(),
    fc.array(token).map((tokens) => `version = "1.0"\n${tokens.join('')}`),
  );
  fc.assert(
    fc.property(fc.constantFrom(...names), source, (name, content) => {
      try {
        parseSystemState(new Map([[name, content]]));
      } catch (error) {
        assert.ok(error instanceof SlipwayError, String(error));
      }
    }),
  );
  for (const deep of ['['.repeat(100_000), `a = ${'{b='.repeat(100_000)}`, `[${'a.'.repeat(50_000)}a]`]) {
    assert.throws(() => parseSystemState(new Map([['groups.toml', `version = "1.0"\n${deep}`]])), SlipwayError);
  }
});

test('what libdnf5 would not read is refused', () => {
  const refused: readonly (readonly [file: string, content: string])[] = [
    ['packages.toml', '[packages]\n'],
    ['packages.toml', 'version = "2.0"\n[packages]\n'],
    ['packages.toml', 'version = "1.1"\n[packages]\n'],
    ['packages.toml', 'version = "1.0"\n[package]\n'],
    ['packages.toml', 'version = "1.0"\n[packages]\n"a.b" = {reason = "Because"}\n'],
    ['packages.toml', 'version = "1.0"\n[packages]\n"a.b" = {}\n'],
    ['nevras.toml', 'version = "1.0"\n[nevras]\n"a-1-1.b" = {from_repo = 1}\n'],
    ['groups.toml', 'version = "1.0"\n[groups.core]\npackages = ["a"]\n'],
    ['groups.toml', 'version = "1.0"\n[groups.core]\nuserinstalled = true\npackage_types = ["all"]\n'],
    ['system.toml', 'version = "1.0"\nsystem = 1\n'],
  ];
  for (const [file, content] of refused) {
    assert.throws(
      () => parseSystemState(new Map([[file, content]])),
      (error: unknown) => error instanceof SlipwayError && error.code === 'RPM_BAD_SYSTEM_STATE',
      content,
    );
  }
  assert.deepEqual(parseSystemState(new Map()), emptySystemState);
  const none = parseSystemState(
    new Map([['packages.toml', 'version = "1.0"\n[packages]\n"a.b" = {reason = "None"}\n']]),
  );
  assert.equal(none.reasons.size, 0);
});

test('a group wins over every reason but the user, and its packages lose what follows the first dot', () => {
  const group = { userInstalled: true, memberTypes: [], packages: ['a', 'b', 'python3', 'perl5.40'] };
  const reasons = new Map([
    ['a.x86_64', 'user'],
    ['b.x86_64', 'dependency'],
    ['c.noarch', 'weak-dependency'],
  ] as const);
  const reasonOf = reasonLookup({ ...emptySystemState, reasons, groups: new Map([['core', group]]) });
  const of = (name: string, arch = 'x86_64') => reasonOf({ name, arch });
  assert.deepEqual(
    [of('a'), of('b'), of('c', 'noarch'), of('c')],
    ['user', 'group', 'weak-dependency', 'external-user'],
  );
  assert.deepEqual([of('python3.12'), of('perl5.40')], ['group', 'external-user']);
});

test('the cookie depends on names and numbers', () => {
  const two = [
    { hnum: 1, name: 'b' },
    { hnum: 2, name: 'a' },
  ];
  assert.equal(rpmdbCookie([]), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  assert.notEqual(
    rpmdbCookie(two),
    rpmdbCookie([
      { hnum: 1, name: 'a' },
      { hnum: 2, name: 'b' },
    ]),
  );
});
