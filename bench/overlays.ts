import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { formatCount, plural } from '@slipway/core';
import { applySpecOverlay, formatSpec, parseSpec } from '@slipway/spec';
import { judgeSet } from '../tools/conformance/judge-set.ts';
import { overlayCases } from '../tools/conformance/overlay-cases.ts';
import { makeScratch } from './scratch.ts';
import { formatLoad, printTable } from './side-by-side.ts';
import { type CorpusEntry, specCorpus } from './spec-corpus.ts';

const rounds = 7;

interface Timing {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

/** Parses every spec of a made corpus, applies one overlay and serialises; then checks the same as conformance cases. */
export async function overlays(): Promise<undefined> {
  const corpus = specCorpus();
  const sizes = corpus.map(({ spec }) => spec.length).sort((a, b) => a - b);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const loadBefore = formatLoad();
  const edits = await timedRounds(async () => editAll(corpus));
  const cases = join(makeScratch('overlays'), 'cases.jsonl');
  await pipeline(Readable.from(caseLines(corpus)), createWriteStream(cases));
  const checks = await timedRounds(async () => checkAll(cases, corpus.length));
  process.stdout.write(
    `\noverlays: ${plural(corpus.length, 'spec')}, ${(total / 1e6).toFixed(0)} MB, median ${kilobytes(middle(sizes))}, ` +
      `largest ${kilobytes(sizes.at(-1) ?? 0)}\n  ${rounds} rounds; load average ${loadBefore}, afterwards ${formatLoad()}\n`,
  );
  printTable([
    ['', 'CPU', 'wall', 'rate'],
    ['parse, one overlay, serialise', ...figures(edits), `${rate(edits, corpus.length)} specs/s`],
    ['the first round of it', ...figures(edits.slice(0, 1)), `${rate(edits.slice(0, 1), corpus.length)} specs/s`],
    ['conformance, both modes', ...figures(checks), `${rate(checks, corpus.length)} cases/s`],
  ]);
  const remarks = [
    'medians within this process, on one thread; CPU has the garbage collector in it; the rate is by wall time',
    "azldev's own editing code in Go takes 2.4 s, measured on the real rendered specs of Azure Linux 4.0; ours are made",
  ];
  process.stdout.write(remarks.map((remark) => `  - ${remark}\n`).join(''));
  return undefined;
}

async function timedRounds(work: () => Promise<void>): Promise<Timing[]> {
  const timings: Timing[] = [];
  for (let round = 0; round < rounds; round++) {
    const [started, before] = [performance.now(), process.cpuUsage()];
    await work();
    const { user, system } = process.cpuUsage(before);
    timings.push({ wallSeconds: (performance.now() - started) / 1000, cpuSeconds: (user + system) / 1e6 });
  }
  return timings;
}

function editAll(corpus: readonly CorpusEntry[]): void {
  for (const entry of corpus) {
    edited(entry);
  }
}

function edited({ spec, overlay }: CorpusEntry): Buffer {
  return formatSpec(applySpecOverlay(parseSpec(spec), overlay, 'august-2026'));
}

/** The overlays of the corpus do the same in both modes, but for `spec-remove-subpackage`, which April does not have. */
function* caseLines(corpus: readonly CorpusEntry[]): Iterable<string> {
  for (const [index, entry] of corpus.entries()) {
    const answer = { ok: true, out_b64: edited(entry).toString('base64') };
    const isNew = entry.overlay.type === 'spec-remove-subpackage';
    const earlier = isNew ? { ok: false, failed_overlay: 0 } : answer;
    const content = { spec_b64: entry.spec.toString('base64'), overlays: [entry.overlay] };
    yield `${JSON.stringify({ id: `corpus/${index}`, ...content, aug2026: answer, apr2026: earlier })}\n`;
  }
}

async function checkAll(cases: string, count: number): Promise<void> {
  const { passed } = await judgeSet(overlayCases([cases], { root: '.' }), () => undefined);
  if (passed !== count) {
    throw new Error(`${count - passed} of ${count} cases differ between two runs of the same code`);
  }
}

function median(timings: readonly Timing[], key: keyof Timing): number {
  return middle(timings.map((timing) => timing[key]).sort((a, b) => a - b));
}

function middle(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function figures(timings: readonly Timing[]): string[] {
  return [`${median(timings, 'cpuSeconds').toFixed(2)} s`, `${median(timings, 'wallSeconds').toFixed(2)} s`];
}

function rate(timings: readonly Timing[], count: number): string {
  return formatCount(Math.round(count / median(timings, 'wallSeconds')));
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} KB`;
}
