import { createReadStream } from 'node:fs';
import { fileError, SlipwayError } from '@slipway/core';
import { type ArchivePackage, readPackagesIndex } from './archive-package.ts';
import type { AptArchive } from './prepare-apt.ts';
import { aptError, runApt } from './run-apt.ts';

/** All binary packages of the archive, in the order of its index: about one second for 70,000. */
export async function readIndex(archive: AptArchive): Promise<ArchivePackage[]> {
  const packages: ArchivePackage[] = [];
  for (const path of await indexFiles(archive, 'Packages')) {
    for await (const entry of readPackagesIndex(readFileChunks(path))) {
      packages.push(entry);
    }
  }
  return packages;
}

/** Where apt keeps the verified index files of a kind, uncompressed. */
export async function indexFiles(archive: AptArchive, kind: 'Packages' | 'Sources'): Promise<string[]> {
  const result = await runApt('apt-get', ['indextargets', '--format', '$(CREATED_BY) $(FILENAME)'], archive);
  if (result.status !== 0) {
    throw aptError('list the package indexes', result);
  }
  const files = result.stdout
    .toString()
    .split('\n')
    .filter((line) => line.startsWith(`${kind} `))
    .map((line) => line.slice(kind.length + 1))
    .sort();
  if (files.length === 0) {
    throw new SlipwayError('UPSTREAM_NETWORK', `Cannot find the index of ${archive.suite}: it was not fetched yet`, {
      hint: 'fetch the indexes first; that needs the network',
    });
  }
  return files;
}

export async function* readFileChunks(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: 1 << 20 });
  } catch (cause) {
    throw fileError('read', path, cause);
  }
}
