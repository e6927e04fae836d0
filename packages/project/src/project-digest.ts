import { readdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import {
  canonicalJson,
  type Digest,
  DigestingStream,
  hasErrno,
  mapConcurrently,
  readFileChunks,
  sha256,
} from '@slipway/core';
import type { Project } from './project.ts';

/** Files that are read at once. */
const openFiles = 16;

/**
 * Digest of the files that say what a project changes: its configuration and lock file, its overlay files, what
 * overlays bring along, and the directories of its own specs. Names are relative, so it is the same wherever the
 * project lies. What is missing counts as missing.
 */
export async function projectDigest(project: Project): Promise<Digest> {
  const files = [...new Set([...declaringFiles(project), ...(await specFiles(project))])].sort();
  const digests = await mapConcurrently(files, openFiles, async (file) => [
    relative(project.directory, file),
    (await fileDigest(file)) ?? null,
  ]);
  return sha256(canonicalJson(digests));
}

function declaringFiles(project: Project): string[] {
  const overlays = [...project.components.values()].flatMap((component) => component.overlays);
  return [
    ...project.files,
    join(project.directory, 'slipway.lock'),
    ...overlays.map(({ origin }) => origin.file),
    ...overlays.flatMap(({ overlay }) => ('source' in overlay ? [overlay.source] : [])),
  ];
}

/** A spec and the files beside it are sources of its component. */
async function specFiles(project: Project): Promise<string[]> {
  const specs = [...project.components.values()].flatMap(({ spec }) => (spec.type === 'local' ? [spec.path] : []));
  const directories = [...new Set(specs.map(dirname))];
  const found = await mapConcurrently(directories, openFiles, async (directory) => {
    const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
    return entries.filter((entry) => entry.isFile()).map((entry) => join(directory, entry.name));
  });
  return found.flat();
}

async function fileDigest(file: string): Promise<Digest | undefined> {
  const stream = new DigestingStream();
  try {
    for await (const chunk of readFileChunks(file)) {
      stream.update(chunk);
    }
  } catch (cause) {
    if (hasErrno(cause instanceof Error ? cause.cause : undefined, 'ENOENT', 'ENOTDIR', 'EISDIR')) {
      return undefined;
    }
    throw cause;
  }
  return stream.digest();
}
