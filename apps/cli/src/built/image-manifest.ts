import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { hasErrno, SlipwayError } from '@slipway/core';
import type { Project } from '@slipway/project';
import type { TreeManifest } from '@slipway/tree';
import { imageDirectory } from '../commands/image-list.ts';
import { namedImage } from '../commands/named.ts';
import { type CommandContext, loadNamedProject } from '../context.ts';

const suffix = '.tree.jsonl';

/** What is in an image as it was last built. Throws `CLI_NOT_BUILT`, or what the manifest has wrong with it. */
export async function loadImageManifest(project: Project, image: string): Promise<TreeManifest> {
  const { loadManifest } = await import('@slipway/tree');
  const file = join(imageDirectory(project, image), `${image}${suffix}`);
  return loadManifest(file).catch((cause: unknown) => {
    throw cause instanceof SlipwayError && hasErrno(cause.cause, 'ENOENT') ? notBuilt(image, file, cause) : cause;
  });
}

function notBuilt(image: string, file: string, cause: unknown): SlipwayError {
  return new SlipwayError('CLI_NOT_BUILT', `Cannot show the files of ${image}: the image has not been built yet`, {
    hint: 'run slipway build: it writes what is in each image beside it',
    at: { file },
    cause,
  });
}

/**
 * Manifests of images that are named as in the project, or by path: the directory of an image or its manifest. What has
 * a slash in it is a path, and needs no project.
 */
export async function loadManifests(context: CommandContext, names: readonly string[]): Promise<TreeManifest[]> {
  const project = names.every(isPath) ? undefined : await loadNamedProject(context);
  const manifests: TreeManifest[] = [];
  for (const name of names) {
    manifests.push(
      project === undefined || isPath(name)
        ? await loadFrom(resolve(context.machine.directory, name))
        : await loadImageManifest(project, namedImage(project, name).name),
    );
  }
  return manifests;
}

function isPath(name: string): boolean {
  return name.includes('/') || name === '.' || name === '..' || name.endsWith(suffix);
}

async function loadFrom(path: string): Promise<TreeManifest> {
  const { loadManifest } = await import('@slipway/tree');
  const found = await stat(path).catch(() => undefined);
  return loadManifest(found?.isDirectory() === true ? await manifestIn(path) : path);
}

async function manifestIn(directory: string): Promise<string> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(suffix)).sort();
  const [name, ...others] = names;
  if (name === undefined || others.length > 0) {
    const what =
      name === undefined ? 'it has no manifest' : `it has several manifests: ${names.slice(0, 5).join(', ')}`;
    throw new SlipwayError('CLI_NO_MANIFEST', `Cannot read the image in ${directory}: ${what}`, {
      hint: `name a directory that slipway build has written, such as out/images/NAME, or a file ${suffix} in it`,
      at: { file: directory },
    });
  }
  return join(directory, name);
}
