import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { joinLogicalLines } from './logical-lines.ts';

function joined(...lines: readonly string[]): string[] {
  return joinLogicalLines(lines.map((text, index) => ({ line: index + 1, text }))).map(({ text }) => text);
}

test('a line goes on while the bracket of a macro is open', () => {
  assert.deepEqual(joined('a %{lua:', 'b }', 'c'), ['a %{lua:\nb }', 'c']);
  assert.deepEqual(joined('%(x (y)', '(z) [', ')', 'c'), ['%(x (y)\n(z) [\n)', 'c']);
  assert.deepEqual(joined('%[1', '+ 2]'), ['%[1\n+ 2]']);
  assert.deepEqual(joined('%{a(}', 'b', 'plain {', '}'), ['%{a(}', 'b', 'plain {', '}']);
});

test('a line goes on after a backslash at its end, unless that is hidden by another', () => {
  assert.deepEqual(joined('a \\', 'b', 'c'), ['a \\\nb', 'c']);
  assert.deepEqual(joined('a \\\\', 'b'), ['a \\\\', 'b']);
  assert.deepEqual(joined('%a \\', 'b \\', 'c'), ['%a \\\nb \\\nc']);
  assert.deepEqual(joined('a', 'b \\'), ['a', 'b \\']);
});

test('a hidden percent sign or bracket opens and closes nothing', () => {
  assert.deepEqual(joined('%%{a', 'b', '\\%{a', 'b'), ['%%{a', 'b', '\\%{a', 'b']);
  assert.deepEqual(joined('%{a \\}', 'b}', 'c'), ['%{a \\}\nb}', 'c']);
});

test('a bracket that is never closed joins nothing', () => {
  assert.deepEqual(joined('%{a', 'b \\', 'c'), ['%{a', 'b \\', 'c']);
});

test('no text is lost, and lines keep their numbers', () => {
  const texts = fc.array(fc.string({ unit: fc.constantFrom('%', '{', '}', '(', ')', '[', ']', '\\', 'a') }));
  fc.assert(
    fc.property(texts, (lines) => {
      const result = joinLogicalLines(lines.map((text, index) => ({ line: index + 1, text })));
      assert.equal(result.map(({ text }) => text).join('\n'), lines.join('\n'));
      let line = 1;
      for (const each of result) {
        assert.equal(each.line, line);
        line += each.text.split('\n').length;
      }
    }),
  );
});
