import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDependency } from './dependency.ts';
import { isSatisfied, type Supplier } from './satisfaction.ts';

function supplier(...provides: readonly string[]): Supplier {
  return { provides: provides.map(parseDependency) };
}

const both = supplier('ab = 1-1', 'a = 1-1', 'b = 2-1');
const [a, b, c] = [supplier('a = 1-1'), supplier('b = 2-1'), supplier('c = 3-1')];

/** Names of suppliers, the relation, and whether they satisfy it together. */
const cases: readonly (readonly [suppliers: readonly Supplier[], relation: string, expected: boolean])[] = [
  [[a], 'a', true],
  [[a], 'a >= 2', false],
  [[], 'a', false],
  [[a, b], '(a and b)', true],
  [[a], '(a and b)', false],
  [[b], '(a or b)', true],
  [[c], '(a or b)', false],
  [[], '(a if b)', true],
  [[b], '(a if b)', false],
  [[a, b], '(a if b)', true],
  [[b], '(a if b else c)', false],
  [[c], '(a if b else c)', true],
  [[], '(a if b else c)', false],
  [[a], '(a unless b)', true],
  [[a, b], '(a unless b)', false],
  [[], '(a unless b)', false],
  [[b, c], '(a unless b else c)', true],
  [[a, b], '(a unless b else c)', false],
  [[a, b], '(a with b)', false],
  [[both], '(a with b)', true],
  [[a, b], '(a without b)', true],
  [[both], '(a without b)', false],
  [[both], '(a with (b or c))', true],
  [[a, c], '((a and c) or b)', true],
];

for (const [suppliers, relation, expected] of cases) {
  const names = suppliers.map(({ provides }) => provides[0]?.name).join(', ');
  test(`${names || 'nothing'} ${expected ? 'satisfies' : 'does not satisfy'} ${relation}`, () => {
    assert.equal(isSatisfied(parseDependency(relation), suppliers), expected);
  });
}

test('a path is satisfied by a file and by a provide of that name', () => {
  const relation = parseDependency('/usr/bin/sh');
  assert.ok(isSatisfied(relation, [{ provides: [], files: new Set(['/usr/bin/sh']) }]));
  assert.ok(isSatisfied(relation, [supplier('/usr/bin/sh')]));
  assert.ok(!isSatisfied(relation, [{ provides: [], files: new Set(['/bin/sh']) }]));
});

test('features of rpm are there, in the version in which they came', () => {
  assert.ok(isSatisfied(parseDependency('rpmlib(PayloadIsZstd) <= 5.4.18-1'), []));
  assert.ok(!isSatisfied(parseDependency('rpmlib(PayloadIsZstd) <= 5.4.17-1'), []));
  assert.ok(!isSatisfied(parseDependency('rpmlib(Telepathy) <= 4.0-1'), []));
});
