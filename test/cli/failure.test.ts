import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ErrorCode, SlipwayError, SlipwayErrors } from '@slipway/core';
import { failureOf } from '../../apps/cli/src/errors/failure.ts';
import { formatFailure, formatFailureJson } from '../../apps/cli/src/errors/format-failure.ts';
import { noPaint } from '../../apps/cli/src/output/paint.ts';

const style = { paint: noPaint, directory: '/home/somebody/distro', debug: false };

function shown(cause: unknown): string {
  return formatFailure(failureOf(cause), style);
}

const kinds: readonly (readonly [code: ErrorCode, exitStatus: number])[] = [
  ['PROJECT_SYNTAX', 2],
  ['CORE_DISK_FULL', 3],
  ['UPSTREAM_NETWORK', 4],
  ['CORE_DIGEST_MISMATCH', 5],
  ['PIPELINE_ARCHITECTURE', 6],
  ['CORE_BUG', 70],
];

for (const [code, exitStatus] of kinds) {
  test(`${code} ends with exit status ${exitStatus}`, () => {
    const cause = new SlipwayError(code, 'Cannot do it: it is so');

    assert.equal(failureOf(cause).exitStatus, exitStatus);
    assert.equal(shown(cause), `error[${code}]: Cannot do it: it is so\n`);
  });
}

test('an error shows its place, the line with a caret, and what to do', () => {
  const cause = new SlipwayError('PROJECT_UNKNOWN_KEY', 'Cannot use overlay: there is no such key', {
    hint: 'did you mean overlays?',
    at: { file: '/home/somebody/distro/less.comp.toml', line: 3, column: 1 },
    data: { excerpt: 'overlay = []\n^' },
  });

  assert.equal(
    shown(cause),
    `error[PROJECT_UNKNOWN_KEY]: Cannot use overlay: there is no such key
  at less.comp.toml:3:1
    overlay = []
    ^
  hint: did you mean overlays?
`,
  );
});

test('an overlay that finds nothing shows what looks most like it', () => {
  const lines = new SlipwayError('SPEC_NO_TAG', 'Cannot apply overlay 1 (spec-update-tag): no tag "Sumary"', {
    data: { nearest: [{ line: 4, text: 'Summary:  a pager' }] },
  });
  const names = new SlipwayError('SPEC_NO_FILE', 'Cannot apply overlay 1 (file-remove): no file', {
    data: { nearest: ['etc/issue', 'etc/issue.net'] },
  });

  assert.match(shown(lines), /\n {2}nearest:\n {4}line 4: Summary: {2}a pager\n$/);
  assert.match(shown(names), /\n {2}nearest:\n {4}etc\/issue\n {4}etc\/issue\.net\n$/);
});

test('a place outside the current directory is shown in full, a binary one with its offset', () => {
  const cause = new SlipwayError('RPM_BAD_HEADER', 'Cannot read it: bad magic', {
    at: { file: '/var/cache/a.rpm', offset: 96 },
  });

  assert.match(shown(cause), /\n {2}at \/var\/cache\/a\.rpm \(offset 96\)\n$/);
});

test('all mistakes of a project are shown, with their number', () => {
  const cause = new SlipwayErrors([
    new SlipwayError('PROJECT_SYNTAX', 'Cannot read a: no'),
    new SlipwayError('PROJECT_BAD_VALUE', 'Cannot use b: no'),
  ]);

  assert.equal(
    shown(cause),
    'error[PROJECT_SYNTAX]: Cannot read a: no\n\nerror[PROJECT_BAD_VALUE]: Cannot use b: no\n\n2 errors\n',
  );
});

test('an exception that is not from the catalogue is a bug of Slipway', () => {
  const failure = failureOf(new TypeError('x is not a function'));

  assert.equal(failure.exitStatus, 70);
  assert.match(formatFailure(failure, style), /^error\[CORE_BUG\]: Cannot go on: x is not a function\n {2}hint: /);
});

test('a stack is shown only with --debug, and with its causes', () => {
  const cause = new SlipwayError('CORE_FILE_ACCESS', 'Cannot read a: no', { cause: new Error('EACCES') });

  assert.doesNotMatch(shown(cause), /failure\.test/);
  const debugged = formatFailure(failureOf(cause), { ...style, debug: true });
  assert.match(debugged, /SlipwayError: Cannot read a: no\n {4}at /);
  assert.match(debugged, /caused by Error: EACCES/);
  assert.equal(typeof JSON.parse(formatFailureJson(failureOf(cause), true)).stack, 'string');
  assert.equal(JSON.parse(formatFailureJson(failureOf(cause), false)).stack, undefined);
});

test('text of packages cannot steer the terminal', () => {
  const cause = new SlipwayError('RPM_BAD_EVR', 'Cannot read \x1b[2J\x07evil\u202e: no', { hint: 'a\x9bb' });

  assert.doesNotMatch(shown(cause), /[\x1b\x07\x9b\u202e]/u);
});
