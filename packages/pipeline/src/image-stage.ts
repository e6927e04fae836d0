import { join, relative } from 'node:path';
import { mapConcurrently, SlipwayError } from '@slipway/core';
import type { PendingImage } from './compose-stage.ts';
import { writeContainerImage } from './container-image.ts';
import { writeDiskArtefacts } from './disk-image.ts';
import type { Artefact, BuiltImage } from './image-outputs.ts';
import { type OutputFile, replaceDirectory } from './output-files.ts';
import { runStage, type StageResult } from './stage.ts';
import { writeManifestFile } from './tree-manifest-file.ts';
import type { Workspace } from './workspace.ts';

/** One image is compressed in the background while another is written. */
const lanes = 2;

/** Writes what the definitions ask for: disks, container images. */
export function imageStage(workspace: Workspace, pending: readonly PendingImage[]): Promise<StageResult<BuiltImage[]>> {
  return runStage(workspace, 'images', async (advance) => {
    let done = 0;
    const built = await mapConcurrently(pending, lanes, async (image) => {
      const { value } = await workspace.tasks.run(image.task, () => write(workspace, image));
      advance('steps', ++done, pending.length, image.input.name);
      return value;
    });
    const todo = pending.filter(({ state }) => state === 'composed').length;
    const summary = built.flatMap(({ image, artefacts }) => artefacts.map(({ kind }) => `${image} ${kind}`)).join(', ');
    return { value: built, summary, upToDate: todo === 0 };
  });
}

async function write(workspace: Workspace, image: PendingImage): Promise<BuiltImage> {
  if (image.state === 'written') {
    throw new SlipwayError('CORE_BUG', `the image ${image.input.name} was there and is gone`);
  }
  const { input, composed } = image;
  const directory = join(workspace.output, 'images', input.name);
  const artefacts: Artefact[] = [];
  const files: OutputFile[] = [];
  await replaceDirectory(directory, async (temporary) => {
    const writing = { input, composed, directory: temporary };
    const parts = [
      ...(input.definition.disk === undefined ? [] : [await writeDiskArtefacts(workspace, writing)]),
      ...(input.definition.container === undefined ? [] : [await writeContainerImage(workspace, writing)]),
    ];
    const manifest = await writeManifestFile(workspace, writing);
    const atLast = (path: string) => join(directory, relative(temporary, path));
    artefacts.push(...parts.flatMap((part) => part.artefacts.map((each) => ({ ...each, path: atLast(each.path) }))));
    const written = [...parts.flatMap((part) => part.files), manifest];
    files.push(...written.map((each) => ({ ...each, path: atLast(each.path) })));
  });
  return {
    image: input.name,
    artefacts,
    files,
    packages: input.resolution.packages.length,
    contentBytes: contentBytes(composed),
  };
}

function contentBytes({ tree }: Extract<PendingImage, { state: 'composed' }>['composed']): number {
  const inodes = new Set([...tree.entries()].map(({ inode }) => inode));
  return [...inodes].reduce((sum, inode) => sum + (inode.type === 'file' ? inode.sizeBytes : 0), 0);
}
