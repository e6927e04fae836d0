import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ProgressEvent } from '@slipway/core';
import { checkout } from '../test/support/slipway.ts';
import { makeScratch } from './scratch.ts';
import { parseUsage, timeProgram, type Usage } from './side-by-side.ts';

export interface StageUsage {
  readonly stage: string;
  /** CPU and wall time of the stage; peak memory of the slipway process since its start. */
  readonly usage: Usage;
  readonly summary: string;
}

/** Linux tells CPU times of other processes in this unit (USER_HZ). */
const ticksPerSecond = 100;

/** Runs the slipway command with `--progress json`, and looks at its process whenever a stage begins or ends. */
export async function runStages(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ usage: Usage; stages: readonly StageUsage[] }> {
  const figures = join(makeScratch('time'), 'figures');
  const command = ['-q', '-f', '%U %S %e %M', '-o', figures, join(checkout, 'slipway'), ...args];
  const child = spawn(timeProgram, command, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve).once('error', reject);
  });
  const stages: StageUsage[] = [];
  const said: string[] = [];
  let startedAt = 0;
  for await (const line of createInterface({ input: child.stderr })) {
    const event = parseEvent(line);
    if (event === undefined) {
      said.push(line);
    } else if (event.type === 'stage-start') {
      startedAt = processUsage(child.pid).cpuSeconds;
    } else if (event.type === 'stage-end') {
      const { cpuSeconds, peakBytes } = processUsage(child.pid);
      const usage = { cpuSeconds: cpuSeconds - startedAt, wallSeconds: event.seconds, peakBytes };
      stages.push({ stage: event.stage, usage, summary: event.summary });
    }
  }
  const status = await ended;
  if (status !== 0) {
    throw new Error(`slipway ${args.join(' ')} ended with status ${status}:\n${said.join('\n')}`);
  }
  return { usage: parseUsage(readFileSync(figures, 'utf8')), stages };
}

function parseEvent(line: string): ProgressEvent | undefined {
  return line.startsWith('{"type"') ? (JSON.parse(line) as ProgressEvent) : undefined;
}

/** Of the program that GNU time has started; zeros when it has ended (proc_pid_stat(5), proc_pid_status(5)). */
function processUsage(timePid: number | undefined): { cpuSeconds: number; peakBytes: number } {
  try {
    const pid = readFileSync(`/proc/${timePid}/task/${timePid}/children`, 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // utime, stime, cutime, cstime are the fields 14 to 17; the name, field 2, may have spaces
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return { cpuSeconds: ticks / ticksPerSecond, peakBytes: Number(peak?.[1] ?? 0) * 1024 };
  } catch {
    return { cpuSeconds: 0, peakBytes: 0 };
  }
}
