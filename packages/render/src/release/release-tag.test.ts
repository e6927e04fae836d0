import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import { applySpecOverlay, formatSpec, type OverlayMode, parseSpec } from '@slipway/spec';
import fc from 'fast-check';
import { planRelease, type ReleaseCalculation, type ReleasePlan } from './release-tag.ts';

function plan(text: string, calculation: ReleaseCalculation = 'auto', commits = 2, mode?: OverlayMode): ReleasePlan {
  const spec = parseSpec(Buffer.from(text));
  return planRelease({ spec, specName: 'demo.spec', calculation, commits, ...(mode && { mode }) });
}

test('a number is raised by the commits of the project, alone or before the dist tag', () => {
  const cases = [
    ['7', '9'],
    ['7%{?dist}', '9%{?dist}'],
    ['007%{dist}', '9%{dist}'],
  ] as const;
  for (const [from, to] of cases) {
    const result = plan(`Name: a\nRelease:   ${from}  \n`);
    assert.ok(result.kind === 'bumped');
    assert.deepEqual([result.from, result.to], [from, to]);
  }
});

test('the last tag of the preamble is read, and every one is written', () => {
  const text = '%if 1\nRelease: 1\n%else\nRelease: 4%{?dist}\n%endif\n%package x\nRelease: 9\n';
  const result = plan(text);
  assert.ok(result.kind === 'bumped');
  const spec = applySpecOverlay(parseSpec(Buffer.from(text)), result.overlay, 'august-2026');
  assert.equal(
    formatSpec(spec).toString(),
    '%if 1\nRelease: 6%{?dist}\n%else\nRelease: 6%{?dist}\n%endif\n%package x\nRelease: 9\n',
  );
});

test('%autorelease, manual numbering and components without a commit of the project are left alone', () => {
  for (const release of ['%autorelease', '%{autorelease -b 4}', '%{?autorelease}%{!?autorelease:1}']) {
    assert.equal(plan(`Release: ${release}\n`).kind, 'untouched', release);
  }
  assert.equal(plan('Release: 1.2\n', 'manual').kind, 'untouched');
  assert.equal(plan('Release: 1.2\n', 'autorelease').kind, 'untouched');
  assert.equal(plan('Release: 1.2\n', 'static', 0).kind, 'untouched');
});

function refusal(text: string, calculation: ReleaseCalculation): SlipwayError {
  try {
    plan(text, calculation);
  } catch (error) {
    assert.ok(error instanceof SlipwayError);
    assert.equal(error.code, 'RENDER_RELEASE_UNSUPPORTED');
    return error;
  }
  throw new assert.AssertionError({ message: `${text} was accepted` });
}

test('any other release is an error that tells to count by hand', () => {
  const values = [
    '1.1%{?dist}',
    '3%{?gitdate:.x}%{?dist}',
    '%{rel}%{?dist}',
    '1%{?dist}.2',
    '-1',
    '1 # one',
    '%autoreleased',
  ];
  for (const value of values) {
    const error = refusal(`Name: a\nRelease: ${value}\n`, 'auto');
    assert.match(error.hint ?? '', /release\.calculation = "manual".*spec-set-tag/);
    assert.deepEqual(error.at, { file: 'demo.spec', line: 2 });
  }
  assert.match(refusal('Name: a\n', 'auto').message, /there is none/);
});

test('April raises the number that a release starts with, whatever follows', () => {
  const cases = [
    ['7%{?dist}', '9%{?dist}'],
    ['1.1%{?dist}', '3.1%{?dist}'],
    ['3%{?gitdate:.x}%{?dist}', '5%{?gitdate:.x}%{?dist}'],
    ['09.rc1 # nine', '11.rc1 # nine'],
  ] as const;
  for (const [from, to] of cases) {
    const result = plan(`Name: a\nRelease: ${from}\n`, 'auto', 2, 'april-2026');
    assert.deepEqual(result.kind === 'bumped' && [result.from, result.to], [from, to]);
  }
  for (const value of ['%{rel}%{?dist}', '-1', 'v2', '1'.repeat(16)]) {
    assert.throws(() => plan(`Release: ${value}\n`, 'auto', 2, 'april-2026'), /does not start with a number/, value);
  }
});

test('static calculation of %autorelease is an error that names the right calculation', () => {
  assert.match(refusal('Release: %autorelease\n', 'static').hint ?? '', /release\.calculation = "autorelease"/);
});

test('any bytes give a plan or an error with a code', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.string().map((value) => Buffer.from(`Release: ${value}`)),
      ),
      (bytes) => {
        try {
          planRelease({ spec: parseSpec(bytes), specName: 'demo.spec', calculation: 'auto', commits: 1 });
        } catch (error) {
          assert.ok(error instanceof SlipwayError);
        }
      },
    ),
  );
});
