/**
 * What the solver itself takes for requests to a repository on disk, whose metadata is read beforehand:
 * `ours/solver.ts REPOSITORY PACKAGE…`. Says the number of packages, and the median of several runs.
 */
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openMetadata, readPackages, readRepomd } from '@slipway/repo';
import { PoolBuilder, resolve } from '@slipway/solver';
import { reportResult } from './report-result.ts';

const runs = 7;

const [repository = '', ...install] = process.argv.slice(2);
const { records } = readRepomd(readFileSync(join(repository, 'repodata/repomd.xml')));
const primary = records.find(({ type }) => type === 'primary');
if (primary === undefined) {
  throw new Error('the repository has no primary metadata');
}
const content = openMetadata(createReadStream(join(repository, primary.locationHref)), primary);
const builder = new PoolBuilder();
builder.addTable((await readPackages(content)).table, { repository: 'bench', priority: 99 });
const pool = builder.build();
const times: number[] = [];
let count = 0;
for (let run = 0; run < runs; run++) {
  const started = performance.now();
  const resolution = resolve(pool, { install, architecture: 'x86_64' });
  times.push(performance.now() - started);
  if (resolution.outcome === 'unsolvable') {
    throw new Error(resolution.problems.map(({ summary }) => summary).join('\n'));
  }
  count = resolution.packages.length;
}
const median = times.sort((a, b) => a - b)[Math.floor(runs / 2)] as number;
reportResult(`${count} packages, the solver itself ${median.toFixed(0)} ms, median of ${runs}`);
