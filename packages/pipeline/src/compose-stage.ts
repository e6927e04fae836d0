import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  addRpmDatabase,
  analysePackage,
  type ChosenPackage,
  type ComposedImage,
  composeImage,
  type PackageFacts,
  payloadContent,
} from '@slipway/compose';
import { canonicalJson, type Digest, fileError, sha256, type TaskSpec } from '@slipway/core';
import { openPackage } from '@slipway/rpm';
import type { BuiltImage, ImageInput } from './image-outputs.ts';
import { outputsIntact } from './output-files.ts';
import type { PackageHeaders, SignedPackage } from './package-record.ts';
import type { ImageResolution } from './resolve-stage.ts';
import { type Advance, runStage, type StageResult } from './stage.ts';
import type { ImageRequest } from './upstream-requests.ts';
import type { Workspace } from './workspace.ts';

/** An image on its way: already written by an earlier run, or composed now. */
export type PendingImage =
  | { readonly state: 'written'; readonly input: ImageInput; readonly task: TaskSpec<BuiltImage> }
  | {
      readonly state: 'composed';
      readonly input: ImageInput;
      readonly task: TaskSpec<BuiltImage>;
      readonly composed: ComposedImage;
    };

/** File systems of the images that are not up to date. */
export function composeStage(
  workspace: Workspace,
  requests: readonly ImageRequest[],
  inputs: {
    readonly resolutions: readonly ImageResolution[];
    readonly packages: readonly SignedPackage[];
    readonly headers: PackageHeaders;
  },
): Promise<StageResult<PendingImage[]>> {
  return runStage(workspace, 'compose', async (advance) => {
    const signed = new Map(inputs.packages.map((pkg) => [pkg.digest, pkg.signed.digest]));
    const pending: PendingImage[] = [];
    for (const request of requests) {
      const resolution = inputs.resolutions.find(({ image }) => image === request.name) as ImageResolution;
      const input = { name: request.name, definition: request.definition, resolution };
      const digests = resolution.packages.map(({ digest }) => signed.get(digest) as Digest);
      const task = await imageTask(workspace, input, digests);
      if ((await workspace.tasks.peek(task)) === undefined) {
        const composed = await compose(workspace, input, { digests, headers: inputs.headers, advance });
        pending.push({ state: 'composed', input, task, composed });
      } else {
        pending.push({ state: 'written', input, task });
      }
    }
    const composed = pending.flatMap((image) => (image.state === 'composed' ? [image] : []));
    const files = composed.map(({ input, composed: { tree } }) => `${input.name} ${tree.size} files`);
    return { value: pending, summary: files.join(', ') || 'nothing to do', upToDate: composed.length === 0 };
  });
}

async function imageTask(
  workspace: Workspace,
  input: ImageInput,
  digests: readonly Digest[],
): Promise<TaskSpec<BuiltImage>> {
  return {
    kind: 'image',
    name: input.name,
    inputs: {
      image: input.name,
      definition: input.definition,
      sources: await sourceDigests(input),
      packages: digests,
      scriptlets: workspace.loaded.scriptlets,
      time: workspace.time,
      output: workspace.output,
    },
    code: workspace.code.of('compose', 'core', 'disk', 'formats', 'pipeline', 'rpm', 'tree'),
    objects: () => [],
    isIntact: (built) => outputsIntact(built.files),
  };
}

/** Digests of the files that a definition copies into the image. */
async function sourceDigests({ definition }: ImageInput): Promise<Record<string, Digest>> {
  const digests: Record<string, Digest> = {};
  for (const { source } of definition.files ?? []) {
    if (source !== undefined) {
      digests[source] = sha256(
        await readFile(source).catch((cause) => Promise.reject(fileError('read', source, cause))),
      );
    }
  }
  return digests;
}

async function compose(
  workspace: Workspace,
  input: ImageInput,
  {
    digests,
    headers,
    advance,
  }: { readonly digests: readonly Digest[]; readonly headers: PackageHeaders; readonly advance: Advance },
): Promise<ComposedImage> {
  const packages: ChosenPackage[] = [];
  for (const digest of digests) {
    packages.push({ digest, metadata: await headers.metadata(digest) });
  }
  let analysed = 0;
  const composed = await composeImage({
    packages,
    content: payloadContent((digest) => workspace.store.path(digest)),
    facts: async (digest) => {
      advance('packages', ++analysed, digests.length);
      return packageFacts(workspace, digest);
    },
    definition: input.definition,
    scriptlets: workspace.loaded.scriptlets,
    time: workspace.time,
  });
  const scratch = join(workspace.store.root, 'incoming', `${input.name}-rpmdb.sqlite`);
  await addRpmDatabase(composed, { open: (digest) => headers.open(digest), scratch, time: workspace.time });
  return composed;
}

/** Programs, libraries and modules of a package: read once, remembered under its digest. */
async function packageFacts(workspace: Workspace, digest: Digest): Promise<PackageFacts> {
  const task = {
    kind: 'facts',
    name: digest,
    inputs: { package: digest },
    code: workspace.code.of('compose', 'formats', 'rpm'),
    objects: () => [],
  };
  const { value } = await workspace.tasks.run(task, async () =>
    analysePackage(await openPackage(workspace.store.path(digest))),
  );
  return value;
}

/** For GUIDs and other identifiers of an image: the same inputs give the same ones. */
export function imageSeed(input: ImageInput, workspace: Workspace): Digest {
  const { formats: _formats, qcow2Compression: _compression, ...disk } = input.definition.disk ?? {};
  return sha256(
    canonicalJson({
      image: input.name,
      // Without the formats: a disk is the same in all of them, whichever others are made of it.
      definition: { ...input.definition, disk },
      packages: input.resolution.packages.map(({ digest }) => digest),
      time: workspace.time,
    }),
  );
}
