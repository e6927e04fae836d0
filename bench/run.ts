/**
 * Benchmarks side by side with the real tools: `node bench/run.ts [name…]`, all of them without a name. Inputs are the
 * outputs and the cache of a finished quickstart; `overlays`, `project`, `render`, `rpm` and `repo` make their own. Figures are of
 * whole processes, started anew for every run, so ours have the start of Node in them; on a machine with other work compare CPU seconds, not wall time.
 */
import { availableParallelism, cpus } from 'node:os';
import { ext4 } from './ext4.ts';
import { importing } from './import.ts';
import { missingInputs } from './inputs.ts';
import { mainJob } from './main-job.ts';
import { overlays } from './overlays.ts';
import { project } from './project.ts';
import { render } from './render.ts';
import { repo } from './repository.ts';
import { rpm } from './rpm.ts';
import { missingHarness } from './side-by-side.ts';
import { solver } from './solver.ts';
import { verify } from './verify.ts';

/** Prints tables, or gives the reason why it cannot run here. */
type Benchmark = () => Promise<string | undefined>;

/** Those that measure whole programs on what the quickstart left. */
const onOutputs: Readonly<Record<string, Benchmark>> = {
  ext4,
  import: importing,
  solver,
  verify,
  mainjob: mainJob,
};
/** The first ones make their own inputs. */
const benchmarks: Readonly<Record<string, Benchmark>> = { overlays, project, render, repo, rpm, ...onOutputs };

async function run(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !Object.hasOwn(benchmarks, name));
  if (unknown.length > 0) {
    process.stderr.write(`No benchmark ${unknown.join(', ')}; there are ${Object.keys(benchmarks).join(', ')}\n`);
    return 2;
  }
  const processor = cpus()[0]?.model ?? 'unknown processor';
  process.stdout.write(`Node ${process.version}, ${availableParallelism()} processors (${processor})\n`);
  for (const name of names.length > 0 ? names : Object.keys(benchmarks)) {
    const missing = Object.hasOwn(onOutputs, name) && (missingHarness() || missingInputs());
    const skipped = missing || (await benchmarks[name]?.());
    if (skipped) {
      process.stdout.write(`\n${name}: skipped, ${skipped}\n`);
    }
  }
  return 0;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => process.exit(1));
}
process.exitCode = await run(process.argv.slice(2));
