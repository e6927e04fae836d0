import { join } from 'node:path';
import { removeLeftTemporaries } from '@slipway/core';
import type { Workspace } from './workspace.ts';

/** `images/<name>/oci/blobs/sha256` and `repository/<arch>/Packages/<letter>` are the deepest directories. */
const outputDepth = 5;

/**
 * Removes the half-written files of runs that were killed. The output belongs to this run; the cache may be in use by
 * others, whose files stay.
 */
export async function removeLeftBehind({ output, cacheDirectory, store }: Workspace): Promise<void> {
  await removeLeftTemporaries(output, { isMine: true, depth: outputDepth });
  await removeLeftTemporaries(join(store.root, 'incoming'), { isMine: false, depth: 0 });
  await removeLeftTemporaries(join(cacheDirectory, 'tasks'), { isMine: false, depth: 1 });
  await removeLeftTemporaries(join(cacheDirectory, 'buildroots'), { isMine: false, depth: 0 });
  await removeLeftTemporaries(join(cacheDirectory, 'work'), { isMine: false, depth: 0 });
}
