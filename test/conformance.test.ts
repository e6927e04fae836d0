import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sha256 } from '@slipway/core';
import { visibleSkip } from './support/visible-skip.ts';

const checkout = join(import.meta.dirname, '..');
const handmade = join(process.env.SLIPWAY_SHARED ?? join(checkout, '../shared'), 'data/overlay-cases/handmade.jsonl');
const withoutHandmade = visibleSkip(!existsSync(handmade) && 'the overlay cases of the project are not here');

const directory = mkdtempSync(join(tmpdir(), 'slipway-conformance-'));
after(() => rmSync(directory, { recursive: true }));

interface Run {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

async function conformance(...args: readonly string[]): Promise<Run> {
  const script = join(checkout, 'tools/conformance.ts');
  return new Promise((resolve) => {
    const command = ['--disable-warning=ExperimentalWarning', script, ...args];
    execFile(process.execPath, command, (error, output, errors) => {
      resolve({ status: error === null ? 0 : Number(error.code), output, errors });
    });
  });
}

/** A file of cases: texts as they are, everything else as JSON. */
function writeCases(name: string, cases: readonly unknown[]): string {
  const path = join(directory, name);
  writeFileSync(path, cases.map((each) => `${typeof each === 'string' ? each : JSON.stringify(each)}\n`).join(''));
  return path;
}

const spec = 'Name: demo\nVersion:  1\n';
const overlays = [{ type: 'spec-set-tag', tag: 'Version', value: '2', package: null }];
const output = 'Name: demo\nVersion: 2\n';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const good = { ok: true, out_b64: base64(output) };

test('every recorded case passes in both modes, and in each', { skip: withoutHandmade }, async () => {
  const count = readFileSync(handmade, 'utf8').trim().split('\n').length;
  for (const options of [[], ['--mode', 'aug2026'], ['--mode', 'apr2026']]) {
    assert.deepEqual(await conformance('overlays', handmade, ...options), {
      status: 0,
      output: `${count} passed, 0 failed\n`,
      errors: '',
    });
  }
});

test('specs come from the case or from below the root, answers as bytes, digest or failing overlay', async () => {
  mkdirSync(join(directory, 'root'));
  writeFileSync(join(directory, 'root/demo.spec'), spec);
  const cases = writeCases('good.jsonl', [
    { id: 'bytes', spec_b64: base64(spec), overlays, aug2026: good, apr2026: good },
    { id: 'digest', path: 'demo.spec', overlays, aug2026: { ok: true, sha256: sha256(output) } },
    { id: 'again', path: 'demo.spec', overlays, apr2026: good },
    '',
    {
      id: 'failing',
      spec_b64: '',
      overlays: [...overlays, { type: 'spec-remove-tag', tag: 'Nope' }],
      aug2026: { ok: false, failed_overlay: 1 },
    },
  ]);
  const { status, output: printed } = await conformance('overlays', cases, '--root', join(directory, 'root'));
  assert.deepEqual([printed, status], ['4 passed, 0 failed\n', 0]);
});

test('a forged expectation is told with both versions of the line, and fails the run', async () => {
  const cases = writeCases('forged.jsonl', [
    {
      id: 'line',
      spec_b64: base64(spec),
      overlays,
      aug2026: { ok: true, out_b64: base64('Name: demo\nVersion:  2\n') },
    },
    { id: 'shorter', spec_b64: base64(spec), overlays, apr2026: { ok: true, out_b64: base64('Name: demo\n') } },
    { id: 'digest', spec_b64: base64(spec), overlays, aug2026: { ok: true, sha256: sha256('') } },
    { id: 'failing', spec_b64: base64(spec), overlays, aug2026: good, apr2026: { ok: false, failed_overlay: 0 } },
    { id: 'right', spec_b64: base64(spec), overlays, aug2026: good },
  ]);
  const details = join(directory, 'details.json');
  const { status, output: printed } = await conformance('overlays', cases, '--json', details);
  assert.equal(status, 1);
  assert.equal(
    printed,
    `line (line 1): in aug2026, line 2 differs
  expected "Version:  2\\n"
  got      "Version: 2\\n"
shorter (line 2): in apr2026, line 2 differs
  expected the end of the text
  got      "Version: 2\\n"
digest (line 3): in aug2026, the output is another one
  expected sha256 ${sha256('')}
  got      sha256 ${sha256(output)}
failing (line 4): in apr2026, another overlay fails
  expected that overlay 0 (from 0) fails
  got      all overlays apply
1 passed, 4 failed
`,
  );
  const { failures, ...counts } = JSON.parse(readFileSync(details, 'utf8')) as { failures: { name: string }[] };
  assert.deepEqual(counts, { set: 'overlays', paths: [cases], passed: 1, failed: 4 });
  assert.deepEqual(
    failures.map(({ name }) => name),
    ['line (line 1)', 'shorter (line 2)', 'digest (line 3)', 'failing (line 4)'],
  );
});

test('what is no case counts as a failure at its line', async () => {
  mkdirSync(join(directory, 'inner'));
  writeFileSync(join(directory, 'outside.spec'), spec);
  symlinkSync('../outside.spec', join(directory, 'inner/link.spec'));
  const bad = [
    ...['{', '[]', 'null', { id: 'a', overlays }, { spec_b64: '', aug2026: good }, { spec_b64: '', overlays: [7] }],
    ...['../outside.spec', join(directory, 'inner/x'), 'link.spec', 'nope', '.'].map((path) => ({
      path,
      overlays,
      aug2026: good,
    })),
    { spec_b64: base64(spec), overlays: [{ type: 'spec-add-tag', tag: 1, value: '' }], aug2026: good },
    { spec_b64: '!!!!', overlays, aug2026: good },
    { spec_b64: '', overlays, aug2026: { ok: true } },
    { spec_b64: '', overlays },
  ];
  const { status, output: printed } = await conformance(
    ...['overlays', writeCases('bad.jsonl', bad), '--root', join(directory, 'inner')],
  );
  assert.equal(status, 1);
  const lines = printed.trimEnd().split('\n');
  assert.equal(lines.pop(), `0 passed, ${bad.length} failed`);
  assert.deepEqual(
    lines.map((line) => /line ([0-9]+)\)?: /.exec(line)?.[1]),
    bad.map((_, index) => String(index + 1)),
    printed,
  );
});

test('a run that cannot begin says how it is called', async () => {
  for (const args of [[], ['overlays'], ['nope', 'x.jsonl'], ['overlays', join(directory, 'nope')], ['--nope']]) {
    const { status, errors } = await conformance(...args);
    assert.equal(status, 2, errors);
  }
  const { errors } = await conformance('overlays', handmade, '--mode', 'may2026');
  assert.match(errors, /aug2026 and apr2026|no such file/);
});
