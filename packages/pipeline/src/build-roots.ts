import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ChosenPackage, composeBuildRoot, payloadContent } from '@slipway/compose';
import { canonicalJson, replaceAtomically, sha256 } from '@slipway/core';
import { writeDirectory } from '@slipway/disk';
import { entryExists } from './output-files.ts';
import type { Workspace } from './workspace.ts';

/** The directory of a build root with these packages, made once and kept by their digests. */
export async function buildRoot(workspace: Workspace, packages: readonly ChosenPackage[]): Promise<string> {
  const links = workspace.loaded.buildEnvironment.links ?? {};
  const inputs = {
    packages: packages.map(({ digest }) => digest).sort(),
    links,
    time: workspace.time,
    code: workspace.code.of('compose', 'disk', 'tree'),
  };
  const directory = join(workspace.cacheDirectory, 'buildroots', sha256(canonicalJson(inputs)).slice(0, 32));
  if (await entryExists(directory)) {
    return directory;
  }
  const content = payloadContent((digest) => workspace.store.path(digest));
  const tree = await composeBuildRoot({ packages, content, links, time: workspace.time });
  await replaceAtomically(directory, async (temporary) => {
    await rm(temporary, { recursive: true, force: true });
    await mkdir(temporary, { recursive: true });
    await writeDirectory(tree, content, temporary);
  });
  return directory;
}
