/** Parsed metadata of a repository on disk into a cache, or from it: `ours/read-metadata.ts cold|warm REPOSITORY CACHE`. */
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '@slipway/core';
import { openMetadata, openMetadataCache, readRepomd, writeMetadataCache } from '@slipway/repo';
import { reportResult } from './report-result.ts';

const [temperature = '', repository = '', cache = ''] = process.argv.slice(2);
const repomd = readFileSync(join(repository, 'repodata/repomd.xml'));
const key = sha256(repomd);
if (temperature === 'cold') {
  const primary = readRepomd(repomd).records.find(({ type }) => type === 'primary');
  if (primary === undefined) {
    throw new Error('the repository has no primary metadata');
  }
  const content = openMetadata(createReadStream(join(repository, primary.locationHref)), primary);
  reportResult(`${(await writeMetadataCache(cache, key, content)).table.count} packages`);
} else {
  const times = Array.from({ length: 9 }, () => {
    const started = performance.now();
    openMetadataCache(cache, key)?.close();
    return performance.now() - started;
  }).sort((a, b) => a - b);
  reportResult(`${openMetadataCache(cache, key)?.table.count} packages in ${times[4]?.toFixed(0)} ms, median of 9`);
}
