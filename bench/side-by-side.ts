import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { makeScratch } from './scratch.ts';

/** One program that does the whole work, started anew for every run. */
export interface Contender {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** Brings the place back to how it was before the first run; not measured. */
  readonly prepare?: () => void;
  /** What came out, in a few words, from the program's output: shows that contenders did the same. */
  readonly result?: (output: string) => string;
}

export interface Comparison {
  readonly title: string;
  /** Ours first: the others are what it is compared with. */
  readonly contenders: readonly Contender[];
  /** What a reader must know to judge the figures. */
  readonly remarks?: readonly string[];
  readonly rounds?: number;
}

/** Of a program and everything that it started and waited for. */
export interface Usage {
  /** User and system time together. */
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  /** Resident memory of the largest process. */
  readonly peakBytes: number;
}

interface Measured {
  readonly contender: Contender;
  readonly runs: Usage[];
  result: string;
}

/** GNU time: Node tells the resources of its own process only, not those of the programs it started. */
export const timeProgram = '/usr/bin/time';
const defaultRounds = 3;
/** No new round begins after this time. */
const budgetSeconds = 75;

export function missingHarness(): string | false {
  return !existsSync(timeProgram) && `GNU time is not installed (${timeProgram})`;
}

/** Runs the contenders in turn, so that a change of the machine's load meets all of them, and prints the medians. */
export function sideBySide({ title, contenders, remarks = [], rounds = defaultRounds }: Comparison): void {
  const measured = contenders.map((contender): Measured => ({ contender, runs: [], result: '' }));
  const loadBefore = formatLoad();
  const started = performance.now();
  for (let round = 0; round < rounds && (round === 0 || secondsSince(started) < budgetSeconds); round++) {
    for (const each of measured) {
      each.contender.prepare?.();
      const { usage, output } = runMeasured(each.contender);
      each.runs.push(usage);
      each.result = each.contender.result?.(output) ?? '';
    }
  }
  const count = measured[0]?.runs.length ?? 0;
  process.stdout.write(`\n${title}\n  medians of ${count}; load average ${loadBefore}, afterwards ${formatLoad()}\n`);
  printTable(comparisonRows(measured));
  process.stdout.write(remarks.map((remark) => `  - ${remark}\n`).join(''));
}

/** Runs a program to its end. Throws when it fails. */
export function runMeasured({ name, command, env }: Contender): { usage: Usage; output: string } {
  const figures = join(makeScratch('time'), 'figures');
  const result = spawnSync(timeProgram, ['-q', '-f', '%U %S %e %M', '-o', figures, ...command], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`, LANG: 'C.UTF-8', ...env },
  });
  if (result.status !== 0) {
    const said = `${result.stdout}${result.stderr}`.split('\n').slice(-20).join('\n');
    throw new Error(`${name} ended with status ${result.status}:\n${said}`);
  }
  return { usage: parseUsage(readFileSync(figures, 'utf8')), output: `${result.stdout}${result.stderr}` };
}

/** What GNU time writes for the format `%U %S %e %M`. */
export function parseUsage(text: string): Usage {
  const [user = 0, system = 0, wallSeconds = 0, peakKibibytes = 0] = text.trim().split(/\s+/).map(Number);
  return { cpuSeconds: user + system, wallSeconds, peakBytes: peakKibibytes * 1024 };
}

export function formatLoad(): string {
  return loadavg()
    .map((load) => load.toFixed(1))
    .join(' ');
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}

function comparisonRows(measured: readonly Measured[]): string[][] {
  const [ours, ...peers] = measured.map(({ runs }) => medians(runs));
  const rows = measured.map(({ contender, runs, result }) => [contender.name, ...figuresOf(medians(runs)), result]);
  const ratios = peers.map((peer, index) => ratioRow(ours, peer, measured[index + 1]?.contender.name ?? ''));
  return [['', 'CPU', 'wall', 'peak', 'result'], ...rows, ...ratios];
}

function ratioRow(ours: Usage | undefined, peer: Usage, name: string): string[] {
  const ratio = (key: keyof Usage) => `${((ours?.[key] ?? 0) / Math.max(peer[key], 0.01)).toFixed(2)} x`;
  return [`ours / ${name}`, ratio('cpuSeconds'), ratio('wallSeconds'), ratio('peakBytes'), ''];
}

export function figuresOf({ cpuSeconds, wallSeconds, peakBytes }: Usage): string[] {
  return [`${cpuSeconds.toFixed(2)} s`, `${wallSeconds.toFixed(2)} s`, `${(peakBytes / 1e6).toFixed(0)} MB`];
}

export function medians(runs: readonly Usage[]): Usage {
  const median = (key: keyof Usage) =>
    runs.map((run) => run[key]).sort((a, b) => a - b)[Math.floor(runs.length / 2)] ?? 0;
  return { cpuSeconds: median('cpuSeconds'), wallSeconds: median('wallSeconds'), peakBytes: median('peakBytes') };
}

/** The first column is text, figures are aligned to the right, what follows the fourth column is text again. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  for (const row of rows) {
    const cells = row.map((cell, at) => (at === 0 || at > 3 ? cell.padEnd(width(at)) : cell.padStart(width(at))));
    process.stdout.write(`  ${cells.join('  ').trimEnd()}\n`);
  }
}
