import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { formatCount } from '@slipway/core';
import { makeRepositories } from './dist-git-repositories.ts';
import { commitProject, renderedPackages, writeRenderProject } from './render-project.ts';
import { makeScratch } from './scratch.ts';
import {
  type Contender,
  figuresOf,
  formatLoad,
  medians,
  missingHarness,
  printTable,
  runMeasured,
} from './side-by-side.ts';

const count = 1000;
const rounds = 5;
const slipway = join(import.meta.dirname, '../slipway');

/** Rendering from warm caches, and what else reads the locks and specs of all components. No peer is at hand. */
export async function render(): Promise<string | undefined> {
  const missing = missingHarness();
  if (missing) {
    return missing;
  }
  const scratch = makeScratch('render');
  const started = performance.now();
  await makeRepositories(join(scratch, 'repositories'), renderedPackages(count));
  writeRenderProject(join(scratch, 'project'), join(scratch, 'repositories'), renderedPackages(count));
  const made = performance.now();
  const [update, first] = [prepared(scratch, ['update', '--all']), prepared(scratch, ['render', '--all'])];
  const before = formatLoad();
  const rows = contenders(scratch).map(measuredRow);
  process.stdout.write(`\nrender: ${formatCount(count)} components from dist-git; no peer, absolute figures\n`);
  process.stdout.write(`  medians of ${rounds}; load average ${before}, afterwards ${formatLoad()}\n`);
  printTable([['', 'CPU', 'wall', 'peak', 'components/s, result'], ...rows]);
  process.stdout.write(
    `  - caches are warm; filling them took ${update} s for update and ${first} s for the first render, of which git has most; ` +
      `the repositories were made in ${((made - started) / 1000).toFixed(0)} s\n`,
  );
  return undefined;
}

/** Runs a command that fills the caches, commits what it wrote, and gives the seconds that it took. */
function prepared(scratch: string, args: readonly string[]): string {
  const { usage } = runMeasured(command(scratch, args.join(' '), args));
  commitProject(join(scratch, 'project'), `Run ${args.join(' ')}`);
  return usage.wallSeconds.toFixed(1);
}

function contenders(scratch: string): Contender[] {
  const fresh = join(scratch, 'fresh');
  const empty = () => {
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh);
  };
  return [
    command(scratch, 'render --all, nothing to write', ['render', '--all']),
    command(scratch, 'render --all --check', ['render', '--all', '--check']),
    { ...command(scratch, 'render --all, everything to write', ['render', '--all', '-o', fresh]), prepare: empty },
    command(scratch, 'update --all, nothing to do', ['update', '--all']),
    command(scratch, 'lint', ['lint']),
    command(scratch, 'list', ['list']),
  ];
}

/** What the commands say at the end. */
const summary =
  /[\d,]+ (?:written|differ), [\d,]+ unchanged, [\d,]+ failed|[\d,]+ locks written|.*in [\d,]+ components?$|[\d,]+ components, .*/m;

function command(scratch: string, name: string, args: readonly string[]): Contender {
  return {
    name,
    command: [slipway, '--project', join(scratch, 'project'), 'component', ...args],
    env: { SLIPWAY_CACHE: join(scratch, 'cache') },
    result: (output) => summary.exec(output)?.[0] ?? '',
  };
}

/** The run before the first measured one brings the files into memory. */
function measuredRow(contender: Contender): string[] {
  const run = () => {
    contender.prepare?.();
    return runMeasured(contender);
  };
  const { output } = run();
  const usage = medians(Array.from({ length: rounds }, () => run().usage));
  const rate = formatCount(Math.round(count / usage.wallSeconds));
  return [contender.name, ...figuresOf(usage), `${rate}, ${contender.result?.(output) ?? ''}`];
}
