import { copyFile, link, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileError, hasErrno, replaceAtomically } from '@slipway/core';
import type { LoadedRepository } from './load-repository.ts';

/**
 * A copy of a repository under another name that takes next to no room: hard links to its packages and metadata, copies
 * where links cannot be (another file system). It appears whole or not at all; an existing `target` is replaced. What
 * renames new files into place, as this library does, never changes a snapshot. Throws `CORE_FILE_ACCESS`.
 */
export async function snapshotRepository(repository: LoadedRepository, target: string): Promise<void> {
  const { directory, repomd, packages } = repository;
  const files = new Set(['repodata/repomd.xml', ...repomd.records.map(({ locationHref }) => locationHref)]);
  for (const { locationHref, locationBase } of packages.all()) {
    if (locationBase === undefined) {
      files.add(locationHref);
    }
  }
  await replaceAtomically(target, async (temporary) => {
    for (const file of files) {
      await linkFile(join(directory, file), join(temporary, file));
    }
    const signature = 'repodata/repomd.xml.asc';
    await linkFile(join(directory, signature), join(temporary, signature)).catch((cause: unknown) => {
      if (!hasErrno(cause instanceof Error ? cause.cause : undefined, 'ENOENT')) {
        throw cause;
      }
    });
  });
}

async function linkFile(from: string, to: string): Promise<void> {
  try {
    await mkdir(dirname(to), { recursive: true });
    await link(from, to).catch(async (cause: unknown) => {
      if (!hasErrno(cause, 'EXDEV', 'EMLINK', 'EPERM')) {
        throw cause;
      }
      await copyFile(from, to);
    });
  } catch (cause) {
    throw fileError('read', from, cause);
  }
}
