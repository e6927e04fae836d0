import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestNames } from './nearest-names.ts';

const cases: readonly (readonly [
  wanted: string,
  names: readonly string[],
  expected: readonly string[],
  why: string,
])[] = [
  ['bsah', ['bash', 'dash', 'zsh'], ['bash'], 'a swap of neighbours is one edit'],
  ['opensshserver', ['openssh-server', 'openssh-client'], ['openssh-server'], 'an insertion'],
  ['Bash', ['bash'], ['bash'], 'case is ignored'],
  ['bash', ['bash'], [], 'the name itself is no suggestion'],
  ['cat', ['cut', 'cat2', 'bat', 'car'], ['bat', 'car', 'cat2'], 'at most three, alphabetically among equals'],
  ['x', ['unrelated'], [], 'short names do not resemble everything'],
  ['a'.repeat(200), ['a'.repeat(199)], [], 'very long names are not compared'],
];

for (const [wanted, names, expected, why] of cases) {
  test(`nearest names: ${why}`, () => assert.deepEqual(nearestNames(wanted, names), expected));
}
