/** Package files below a directory to rpm-md in another: what createrepo_c does. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { asDigest, type Digest } from '@slipway/core';
import { type RepositoryEntry, writeRepository } from '@slipway/repo';
import { openPackage, packageMetadata } from '@slipway/rpm';
import { reportResult } from './report-result.ts';

const [directory = '', target = ''] = process.argv.slice(2);
const time = 1_793_404_800;
const names = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.rpm'))
  .sort();

const buffer = Buffer.allocUnsafe(1 << 20);

function fileDigest(path: string): Digest {
  const hash = createHash('sha256');
  const file = openSync(path, 'r');
  for (let count = readSync(file, buffer); count > 0; count = readSync(file, buffer)) {
    hash.update(buffer.subarray(0, count));
  }
  closeSync(file);
  return asDigest(hash.digest('hex'));
}

async function* entries(): AsyncGenerator<RepositoryEntry> {
  for (const locationHref of names) {
    const path = join(directory, locationHref);
    const pkg = await openPackage(path);
    yield {
      metadata: packageMetadata(pkg.header, pkg.signature),
      locationHref,
      digest: fileDigest(path),
      sizeBytes: pkg.sizeBytes,
      headerRange: pkg.headerRange,
      fileTime: Math.floor(statSync(path).mtimeMs / 1000),
    };
  }
}

await writeRepository(target, entries(), { time, packageCount: names.length });
reportResult(`${names.length} packages`);
