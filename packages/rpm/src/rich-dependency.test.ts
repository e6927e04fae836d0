import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { parseDependency } from './dependency.ts';
import { formatDependency } from './format-dependency.ts';
import { formatRich, parseRich, type RichDependency, richLeaves } from './rich-dependency.ts';

const simple = (name: string): RichDependency => ({ kind: 'simple', dependency: { name } });

test('operators, versions and parentheses in names are understood', () => {
  assert.deepEqual(parseRich('(a or b(x) or c)'), { kind: 'or', operands: [simple('a'), simple('b(x)'), simple('c')] });
  assert.deepEqual(parseRich('(a if (b and c) else d)'), {
    kind: 'if',
    operand: simple('a'),
    condition: { kind: 'and', operands: [simple('b'), simple('c')] },
    otherwise: simple('d'),
  });
  assert.deepEqual(parseRich('(a unless b)'), {
    kind: 'unless',
    operand: simple('a'),
    condition: simple('b'),
    otherwise: undefined,
  });
  assert.deepEqual(parseRich('(a without b)'), { kind: 'without', operand: simple('a'), excluded: simple('b') });
  assert.equal(formatRich(parseRich('(pkgconfig(x)>1 or  y >= 1:2-3 )')), '(pkgconfig(x)>1 or y >= 1:2-3)');
  assert.deepEqual(richLeaves(parseRich('((a with b) or c)')).map(formatDependency), ['a', 'b', 'c']);
});

test('what rpm refuses is refused', () => {
  const bad = ['', 'a', '()', '(a', '(a or)', '(a or b and c)', '(a if b if c)', '(a else b)', '(a xor b)', '(a >=)'];
  for (const text of [
    ...bad,
    '(a or b) c',
    '(a with (b and c))',
    '(a without b without c)',
    '(a if b else c else d)',
  ]) {
    assert.throws(() => parseRich(text), SlipwayError, text);
  }
});

test('nesting is bounded', () => {
  assert.throws(() => parseRich(`${'('.repeat(5000)}a${')'.repeat(5000)}`), /nested deeper/);
});

const plain = { noNullPrototype: true } as const;
const leaf = fc.constantFrom('a', 'b(x)', 'c >= 1:2-3', '/bin/sh').map((text): RichDependency => {
  return { kind: 'simple', dependency: parseDependency(text) };
});
const tree: fc.Arbitrary<RichDependency> = fc.letrec<{ node: RichDependency }>((tie) => {
  const operands = fc.array(tie('node'), { minLength: 2, maxLength: 3 });
  const choice = fc.record(
    {
      kind: fc.constantFrom('if' as const, 'unless' as const),
      operand: tie('node'),
      condition: tie('node'),
      otherwise: fc.option(tie('node'), { nil: undefined }),
    },
    plain,
  );
  const joined = fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), operands }, plain);
  return { node: fc.oneof({ maxDepth: 4 }, leaf, joined, choice) };
}).node;

test('any tree survives formatting and parsing', () => {
  fc.assert(fc.property(tree, (value) => assert.deepEqual(parseRich(formatRich(value)), value)));
});

test('no text makes the parser fail with anything but a SlipwayError', () => {
  const words = fc.constantFrom('(', ')', ' ', 'a', 'or', 'and', 'if', 'else', 'with', '>=', '1:2', ',');
  fc.assert(
    fc.property(fc.array(words, { maxLength: 30 }), (parts) => {
      try {
        parseRich(parts.join(''));
      } catch (error) {
        assert.ok(error instanceof SlipwayError);
      }
    }),
  );
});

test('relations are read as in a spec file', () => {
  assert.deepEqual(parseDependency(' foo  >=  1:2-3 '), {
    name: 'foo',
    comparison: '>=',
    evr: { epoch: 1, version: '2', release: '3' },
  });
  assert.deepEqual(parseDependency('/bin/sh'), { name: '/bin/sh' });
  assert.deepEqual(parseDependency('(a  or b)'), { name: '(a or b)' });
  for (const text of ['', 'a b', 'a >=', 'a >= 1 2', 'a <> 1']) {
    assert.throws(() => parseDependency(text), SlipwayError, text);
  }
});
