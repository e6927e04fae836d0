import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describeImage, payloadContent } from '@slipway/compose';
import { DigestingStream, fileError } from '@slipway/core';
import { writeManifest } from '@slipway/tree';
import type { ImageWriting } from './disk-image.ts';
import { describeOutput, type OutputFile } from './output-files.ts';
import type { Workspace } from './workspace.ts';

/**
 * Writes what the other files of an image hold, entry by entry, and where it comes from: `NAME.tree.jsonl`, which
 * `slipway image tree`, `why`, `diff` and `scriptlets` read. Comes last: writers of disks add to the tree.
 */
export async function writeManifestFile(
  workspace: Workspace,
  { input, composed, directory }: ImageWriting,
): Promise<OutputFile> {
  const content = payloadContent((digest) => workspace.store.path(digest));
  const { header, entries } = await describeImage(composed, { name: input.name, time: workspace.time, content });
  const path = join(directory, `${input.name}.tree.jsonl`);
  const digesting = new DigestingStream();
  try {
    await pipeline(Readable.from(digesting.through(writeManifest(header, entries))), createWriteStream(path));
  } catch (cause) {
    throw fileError('write', path, cause);
  }
  return describeOutput(path, digesting.sizeBytes, digesting.digest());
}
