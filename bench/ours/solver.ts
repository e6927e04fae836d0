/** The package set for a request from a repository on disk: `ours/solver.ts REPOSITORY PACKAGE…`. */
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openMetadata, readPrimary, readRepomd, toResolvable } from '@slipway/repo';
import { PoolBuilder, resolve } from '@slipway/solver';
import { reportResult } from './report-result.ts';

const [repository = '', ...install] = process.argv.slice(2);
const { records } = readRepomd(readFileSync(join(repository, 'repodata/repomd.xml')));
const primary = records.find(({ type }) => type === 'primary');
if (primary === undefined) {
  throw new Error('the repository has no primary metadata');
}
const builder = new PoolBuilder();
for await (const found of readPrimary(
  openMetadata(createReadStream(join(repository, primary.locationHref)), primary),
)) {
  builder.add(toResolvable(found, { repository: 'bench' }));
}
const resolution = resolve(builder.build(), { install, architecture: 'x86_64' });
if (resolution.outcome === 'unsolvable') {
  throw new Error(resolution.problems.map(({ summary }) => summary).join('\n'));
}
reportResult(`${resolution.packages.length} packages`);
