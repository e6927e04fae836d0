import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProgressEvent } from '@slipway/core';
import { paintFor } from '../../apps/cli/src/output/paint.ts';
import { chooseStyle, createReporter, type ProgressStyle } from '../../apps/cli/src/progress/reporter.ts';
import { RecordingSink } from './fake-machine.ts';

/** A run as events, each with the time in milliseconds when it happens. */
const run: readonly (readonly [milliseconds: number, event: ProgressEvent])[] = [
  [0, { type: 'stage-start', stage: 'snapshot' }],
  [10, { type: 'advance', stage: 'snapshot', unit: 'bytes', done: 500_000, total: 2_000_000, item: 'bash' }],
  [50, { type: 'advance', stage: 'snapshot', unit: 'bytes', done: 900_000, total: 2_000_000, item: 'dash' }],
  [6000, { type: 'advance', stage: 'snapshot', unit: 'bytes', done: 1_999_999, total: 2_000_000, item: 'zstd' }],
  [6100, { type: 'note', level: 'warning', text: 'the index expired' }],
  [6200, { type: 'stage-end', stage: 'snapshot', seconds: 6.2, summary: '3 packages, 2 MB' }],
  [6200, { type: 'stage-start', stage: 'import' }],
  [6250, { type: 'advance', stage: 'import', unit: 'packages', done: 1 }],
  [80_000, { type: 'stage-end', stage: 'import', seconds: 73.8, summary: '3 packages' }],
  [80_000, { type: 'note', level: 'info', text: 'done' }],
];

function report(style: Exclude<ProgressStyle, 'auto'>, columns = 80): string {
  const sink = new RecordingSink(style === 'bars', columns);
  let clock = 0;
  const reporter = createReporter(style, { sink, now: () => clock });
  for (const [milliseconds, event] of run) {
    clock = milliseconds;
    reporter.listen(event);
  }
  reporter.close();
  return sink.text;
}

test('plain progress has a line for each start and end, and one every five seconds', () => {
  assert.equal(
    report('plain'),
    `snapshot ...
snapshot: 2.0 MB of 2.0 MB (zstd)
warning: the index expired
snapshot: 3 packages, 2 MB [6.2 s]
import ...
import: 3 packages [1 min 13 s]
done
`,
  );
});

test('bars are drawn over each other, at most ten times a second, and end as lines', () => {
  assert.equal(
    report('bars').replaceAll('\r\x1b[K', '⟲'),
    `⟲snapshot   ⟲snapshot    ██████░░░░░░░░░░░░░░░░░░ 500.0 kB of 2.0 MB  bash` +
      `⟲snapshot    ███████████████████████░ 2.0 MB of 2.0 MB  zstd` +
      `⟲warning: the index expired\n` +
      `⟲snapshot    3 packages, 2 MB 6.2 s\n` +
      `⟲import     ⟲import      1 packages` +
      `⟲import      3 packages 1 min 13 s\n` +
      `⟲done\n`,
  );
});

test('a bar never reaches the last column', () => {
  for (const line of report('bars', 40).split(/[\r\n]/)) {
    assert.ok(line.replace('\x1b[K', '').length < 40, line);
  }
});

test('an open bar is wiped when the run fails', () => {
  const sink = new RecordingSink(true);
  const reporter = createReporter('bars', { sink, now: () => 0 });
  reporter.listen({ type: 'stage-start', stage: 'build' });
  reporter.close();
  reporter.close();

  assert.equal(sink.text, '\r\x1b[Kbuild      \r\x1b[K');
});

test('JSON progress is one event per line', () => {
  const events = report('json').trimEnd().split('\n');

  assert.deepEqual(
    events.map((line) => JSON.parse(line)),
    run.map(([, event]) => event),
  );
});

test('no progress is no output', () => {
  assert.equal(report('none'), '');
});

test('auto means bars on a terminal, lines in a pipe, and silence for programs', () => {
  const terminal = new RecordingSink(true);
  const pipe = new RecordingSink(false);

  assert.equal(chooseStyle('auto', terminal, false), 'bars');
  assert.equal(chooseStyle('auto', pipe, false), 'plain');
  assert.equal(chooseStyle('auto', pipe, true), 'none');
  assert.equal(chooseStyle('plain', terminal, true), 'plain');
});

test('colours are for terminals, and NO_COLOR turns them off', () => {
  const terminal = new RecordingSink(true);

  assert.equal(paintFor(terminal, {})('bold', 'a'), '\x1b[1ma\x1b[22m');
  assert.equal(paintFor(terminal, { NO_COLOR: '1' })('bold', 'a'), 'a');
  assert.equal(paintFor(terminal, { TERM: 'dumb' })('bold', 'a'), 'a');
  assert.equal(paintFor(new RecordingSink(false), {})('bold', 'a'), 'a');
});
