import { readFile, rm } from 'node:fs/promises';
import { type Digest, temporaryBeside } from '@slipway/core';
import { type InstalledPackage, type RpmPackage, writeRpmDatabase } from '@slipway/rpm';
import { type FileTree, generatedFile, parentPath, rootOwned } from '@slipway/tree';
import { ensureDirectories } from './build-tree.ts';
import type { ComposedImage } from './compose-image.ts';
import { type FileState, fileStates } from './installed-package.ts';

export interface RpmDatabaseRequest {
  readonly open: (digest: Digest) => Promise<RpmPackage>;
  /** Where the database is written before it enters the tree; removed afterwards. */
  readonly scratch: string;
  /** Install time of every package, seconds since 1970. */
  readonly time: number;
}

/** RFC 9580 section 9.5; of the digests that rpm keeps this one names the package in the store. */
const sha256Algorithm = 8;
/** Debian's rpm reads `%{_var}/lib/rpm`. */
const databasePath = '/var/lib/rpm/rpmdb.sqlite';

/**
 * Adds the rpm database of the image's packages: what `rpm -qa` lists and `rpm -V` compares with. Files that were not
 * installed (documentation, languages) or that the image definition removes are recorded as such.
 */
export async function addRpmDatabase(image: ComposedImage, request: RpmDatabaseRequest): Promise<void> {
  const removed = new Set(image.removals.flatMap(({ paths }) => paths));
  const installed: InstalledPackage[] = [];
  for (const { package: pkg, states } of image.packages) {
    const opened = await request.open(pkg.digest);
    installed.push({
      header: opened.header,
      signature: opened.signature,
      installTime: request.time,
      installTid: request.time,
      fileStates: Uint8Array.from(states, (state, file) =>
        stateOf(image.tree, pkg.metadata.files[file]?.path ?? '', state, removed),
      ),
      packageDigests: [{ algorithm: sha256Algorithm, hex: pkg.digest }],
    });
  }
  const path = temporaryBeside(request.scratch);
  try {
    await writeRpmDatabase(path, installed);
    ensureDirectories(image.tree, parentPath(databasePath), request.time);
    image.tree.set(databasePath, generatedFile(await readFile(path), rootOwned(0o644, request.time)));
    image.origins.note('rpm database');
  } finally {
    await rm(path, { force: true });
  }
}

function stateOf(tree: FileTree, path: string, state: FileState, removed: ReadonlySet<string>): FileState {
  return removed.size > 0 && removed.has(tree.resolve(path)) ? fileStates.notInstalled : state;
}
