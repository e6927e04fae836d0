import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { asDigest, Store } from '@slipway/core';
import { loadLock } from '@slipway/project';
import { checkout } from '../../support/slipway.ts';
import type { PoolPackage } from './hostile-archive.ts';

const cache = process.env.SLIPWAY_CACHE ?? join(homedir(), '.cache/slipway');
const lists = join(cache, 'apt/debian/lists');
const lockFile = join(checkout, 'distros/slipway/slipway.lock');

/** The Debian packages that the reference distribution took from its archive, as far as the cache still has them. */
export async function archiveSlice(): Promise<PoolPackage[]> {
  const lock = existsSync(lockFile) ? (await loadLock(lockFile))?.snapshots.get('debian') : undefined;
  const index = (await readdir(lists).catch(() => [])).find((name) => name.endsWith('_main_binary-amd64_Packages'));
  if (lock === undefined || index === undefined) {
    return [];
  }
  const wanted = new Map(lock.packages.map((entry) => [entry.sha256 as string, entry]));
  const store = new Store(join(cache, 'store'));
  const found: PoolPackage[] = [];
  for (const paragraph of (await readFile(join(lists, index), 'utf8')).split('\n\n')) {
    const digest = /^SHA256: (\w{64})$/m.exec(paragraph)?.[1] ?? '';
    const path = /^Filename: (.+)$/m.exec(paragraph)?.[1];
    if (path !== undefined && wanted.has(digest) && (await store.has(asDigest(digest)))) {
      const control = `${paragraph.replace(/^(?:Filename|Size|SHA256|MD5sum|SHA1): .*\n?/gm, '').trimEnd()}\n`;
      found.push({ control, path, content: await store.read(asDigest(digest)) });
    }
  }
  return found;
}

export async function hasPackages(slice: readonly PoolPackage[], ...names: readonly string[]): Promise<boolean> {
  const there = new Set(slice.map(({ control }) => /^Package: (.+)$/m.exec(control)?.[1]));
  return names.every((name) => there.has(name));
}
