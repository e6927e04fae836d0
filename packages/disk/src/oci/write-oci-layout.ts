import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  canonicalJson,
  type Digest,
  DigestingStream,
  fileError,
  hasErrno,
  replaceAtomically,
  SlipwayError,
  temporaryBeside,
  writeFileAtomically,
} from '@slipway/core';
import { compressGzip, compressZstd } from '@slipway/formats';
import { baseName, type ContentSource, type FileTree } from '@slipway/tree';
import {
  checkOciNames,
  formatConfig,
  formatIndex,
  formatManifest,
  mediaTypes,
  type OciArchitecture,
  type OciBlob,
  type OciConfig,
  type OciLayerBlob,
} from './oci-documents.ts';
import { type OwnerNames, writeTreeTar } from './write-tree-tar.ts';

export interface OciLayer {
  readonly tree: FileTree;
  readonly content: ContentSource;
  readonly names?: OwnerNames;
  /** How the layer was made, for the history of the image. */
  readonly createdBy?: string;
}

/** gzip is understood everywhere; zstd by containerd 1.5, podman 2 and docker 23 or later. */
export type OciCompression =
  | { readonly compression: 'gzip'; readonly level?: number }
  | { readonly compression: 'zstd'; readonly level: number };

export interface OciImageRequest {
  /** From the bottom up. */
  readonly layers: readonly OciLayer[];
  readonly config: OciConfig;
  readonly architecture: OciArchitecture;
  /** `org.opencontainers.image.ref.name`, for example a version. */
  readonly ref: string;
  /** gzip at level 6 by default. */
  readonly layerCompression?: OciCompression;
}

export interface OciImage {
  /** Names the image: registries and signatures refer to it. */
  readonly manifestDigest: Digest;
  readonly configDigest: Digest;
  readonly layers: readonly OciLayerBlob[];
}

/**
 * Writes an image as a directory in the OCI image layout 1.0, whole or not at all: an earlier layout is replaced by
 * rename. Each layer is produced, digested before and after compression, and stored in one pass.
 * Throws `DISK_OCI_INVALID`, `DISK_OCI_EXISTS` (the directory holds something else), `CORE_DISK_FULL`,
 * `CORE_FILE_ACCESS` and what the content sources throw.
 */
export async function writeOciLayout(directory: string, request: OciImageRequest): Promise<OciImage> {
  checkOciNames(request.config, request.ref);
  request.layers.forEach(({ tree }) => checkNoWhiteouts(tree));
  const replaces = await isReplaceable(directory);
  const earlier = temporaryBeside(directory);
  let image: OciImage | undefined;
  try {
    await replaceAtomically(directory, async (temporary) => {
      image = await fillLayout(temporary, request);
      if (replaces) {
        await rename(directory, earlier);
      }
    });
  } catch (cause) {
    await rename(earlier, directory).catch(() => undefined); // when it had made way already
    throw cause;
  }
  await rm(earlier, { recursive: true, force: true });
  return image as OciImage;
}

async function fillLayout(directory: string, request: OciImageRequest): Promise<OciImage> {
  const blobs = join(directory, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  const layers: OciLayerBlob[] = [];
  for (const layer of request.layers) {
    layers.push(await writeLayer(blobs, layer, request.layerCompression ?? { compression: 'gzip' }));
  }
  const config = formatConfig(request.config, request.architecture, layers);
  const manifest = formatManifest(config, layers);
  await writeBlob(blobs, config);
  await writeBlob(blobs, manifest);
  const index = formatIndex(manifest, request.architecture, request.ref);
  await writeFileAtomically(join(directory, 'index.json'), index.bytes);
  await writeFileAtomically(join(directory, 'oci-layout'), canonicalJson({ imageLayoutVersion: '1.0.0' }));
  return { manifestDigest: manifest.digest, configDigest: config.digest, layers };
}

async function writeLayer(blobs: string, layer: OciLayer, options: OciCompression): Promise<OciLayerBlob> {
  const tar = new DigestingStream();
  const blob = new DigestingStream();
  const plain = tar.through(writeTreeTar(layer.tree, layer.content, layer.names));
  const compressed =
    options.compression === 'zstd'
      ? compressZstd(plain, { level: options.level })
      : compressGzip(plain, options.level === undefined ? {} : { level: options.level });
  const unnamed = join(blobs, 'layer');
  await writeFileAtomically(unnamed, blob.through(compressed));
  const digest = blob.digest();
  await rename(unnamed, join(blobs, digest));
  return {
    mediaType: mediaTypes[options.compression],
    digest,
    sizeBytes: blob.sizeBytes,
    diffId: tar.digest(),
    createdBy: layer.createdBy ?? 'slipway',
  };
}

async function writeBlob(blobs: string, blob: OciBlob): Promise<void> {
  await writeFileAtomically(join(blobs, blob.digest), blob.bytes);
}

/** In a layer such names mean removals (OCI image-spec, "Whiteouts"). */
function checkNoWhiteouts(tree: FileTree): void {
  for (const { path } of tree.entries()) {
    if (baseName(path).startsWith('.wh.')) {
      throw new SlipwayError('DISK_OCI_INVALID', `Cannot put ${path} into an OCI layer: such names mean removals`);
    }
  }
}

/** False when there is nothing yet. Throws `DISK_OCI_EXISTS` for anything but an OCI layout or an empty directory. */
async function isReplaceable(directory: string): Promise<boolean> {
  try {
    const names = await readdir(directory);
    if (names.length === 0 || names.includes('oci-layout')) {
      return true;
    }
  } catch (cause) {
    if (hasErrno(cause, 'ENOENT')) {
      return false;
    }
    if (!hasErrno(cause, 'ENOTDIR')) {
      throw fileError('read', directory, cause);
    }
  }
  throw new SlipwayError('DISK_OCI_EXISTS', `Cannot write an OCI layout to ${directory}: it holds something else`, {
    hint: 'name another directory, or remove this one',
  });
}
