import { join } from 'node:path';
import { type ComposedImage, payloadContent } from '@slipway/compose';
import { type OciCompression, writeOciLayout } from '@slipway/disk';
import type { ImageWriting } from './disk-image.ts';
import type { Artefact } from './image-outputs.ts';
import { distroIdentity } from './import-stage.ts';
import { describeOutput, type OutputFile } from './output-files.ts';
import type { Workspace } from './workspace.ts';

/** The whole tree as one layer of an OCI image layout. */
export async function writeContainerImage(
  workspace: Workspace,
  { input, composed, directory }: ImageWriting,
): Promise<{ artefacts: Artefact[]; files: OutputFile[] }> {
  const layout = join(directory, 'oci');
  const content = payloadContent((digest) => workspace.store.path(digest));
  const names = namesById(composed.accounts);
  const written = await writeOciLayout(layout, {
    layers: [{ tree: composed.tree, content, names, createdBy: `slipway image ${input.name}` }],
    config: { created: workspace.time, ...ociConfig(input.definition.container ?? {}) },
    architecture: 'amd64',
    ref: distroIdentity(workspace)?.versionId ?? 'latest',
    layerCompression: layerCompression(input.definition.container?.compression),
  });
  const index = await workspace.store.putFile(join(layout, 'index.json'));
  const sizeBytes = written.layers.reduce((sum, layer) => sum + layer.sizeBytes, 0);
  const artefact = {
    kind: 'OCI layout' as const,
    path: layout,
    sizeBytes,
    allocatedBytes: sizeBytes,
    sha256: written.manifestDigest,
  };
  const files = [await describeOutput(join(layout, 'index.json'), index.sizeBytes, index.digest)];
  for (const { digest, sizeBytes: layerBytes } of written.layers) {
    files.push(await describeOutput(join(layout, 'blobs', 'sha256', digest), layerBytes, digest));
  }
  return { artefacts: [artefact], files };
}

type Container = NonNullable<ImageWriting['input']['definition']['container']>;

function ociConfig({ entrypoint, cmd, env, user, workingDir, labels }: Container) {
  return {
    ...(entrypoint === undefined ? {} : { entrypoint }),
    ...(cmd === undefined ? {} : { cmd }),
    ...(env === undefined ? {} : { env: Object.entries(env).map(([name, value]) => `${name}=${value}`) }),
    ...(user === undefined ? {} : { user }),
    ...(workingDir === undefined ? {} : { workingDir }),
    ...(labels === undefined ? {} : { labels }),
  };
}

/** gzip is understood everywhere; level 6 is where its size stops falling. */
function layerCompression(name: Container['compression']): OciCompression {
  return name === 'zstd' ? { compression: 'zstd', level: 9 } : { compression: 'gzip', level: 6 };
}

function namesById({ users, groups }: ComposedImage['accounts']) {
  return {
    users: new Map([...users.values()].map(({ uid, name }) => [uid, name])),
    groups: new Map([...groups.values()].map(({ gid, name }) => [gid, name])),
  };
}
