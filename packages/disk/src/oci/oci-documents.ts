import { canonicalJson, type Digest, SlipwayError, sha256 } from '@slipway/core';

export const mediaTypes = {
  config: 'application/vnd.oci.image.config.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  gzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  zstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
} as const;

export type OciArchitecture = 'amd64' | 'arm64';

/** What a container starts with (OCI image-spec, "Image Configuration"). */
export interface OciConfig {
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  /** `NAME=value` each. */
  readonly env?: readonly string[];
  readonly workingDir?: string;
  /** `user`, `uid`, `user:group` or `uid:gid`. */
  readonly user?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly stopSignal?: string;
  /** Seconds since 1970. */
  readonly created: number;
}

export interface OciLayerBlob {
  readonly mediaType: string;
  /** Of the compressed blob. */
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** Of the uncompressed tar. */
  readonly diffId: Digest;
  /** How the layer was made, for the history. */
  readonly createdBy: string;
}

export interface OciBlob {
  readonly bytes: Buffer;
  readonly digest: Digest;
}

export function formatConfig(
  config: OciConfig,
  architecture: OciArchitecture,
  layers: readonly OciLayerBlob[],
): OciBlob {
  const created = formatTime(config.created);
  return blobOf({
    architecture,
    ...(architecture === 'arm64' ? { variant: 'v8' } : {}),
    os: 'linux',
    created,
    config: {
      Entrypoint: config.entrypoint,
      Cmd: config.cmd,
      Env: config.env,
      WorkingDir: config.workingDir,
      User: config.user,
      Labels: config.labels,
      StopSignal: config.stopSignal,
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => `sha256:${diffId}`) },
    history: layers.map(({ createdBy }) => ({ created, created_by: createdBy })),
  });
}

export function formatManifest(config: OciBlob, layers: readonly OciLayerBlob[]): OciBlob {
  return blobOf({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: descriptor(mediaTypes.config, config.digest, config.bytes.length),
    layers: layers.map(({ mediaType, digest, sizeBytes }) => descriptor(mediaType, digest, sizeBytes)),
  });
}

export function formatIndex(manifest: OciBlob, architecture: OciArchitecture, ref: string): OciBlob {
  return blobOf({
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: [
      {
        ...descriptor(mediaTypes.manifest, manifest.digest, manifest.bytes.length),
        platform: { architecture, ...(architecture === 'arm64' ? { variant: 'v8' } : {}), os: 'linux' },
        annotations: { 'org.opencontainers.image.ref.name': ref },
      },
    ],
  });
}

/** The grammar of `org.opencontainers.image.ref.name` (OCI image-spec, "Annotations"). */
const refPattern = /^[A-Za-z0-9]+(?:(?:[-._:@/+]|--)[A-Za-z0-9]+)*$/;

/** The last second that RFC 3339 can say: the end of the year 9999. */
const lastSecond = 253_402_300_799;

/** Throws `DISK_OCI_INVALID`. */
export function checkOciNames(config: OciConfig, ref: string): void {
  if (!refPattern.test(ref)) {
    throw new SlipwayError('DISK_OCI_INVALID', `Cannot name the image ${JSON.stringify(ref)}`, {
      hint: 'use letters and digits with single separators between them, for example 1.0-20250101',
    });
  }
  const wrong = config.env?.find((entry) => !/^[^=\0]+=[^\0]*$/.test(entry));
  if (wrong !== undefined) {
    throw new SlipwayError('DISK_OCI_INVALID', `Cannot set the variable ${JSON.stringify(wrong)}: write NAME=value`);
  }
  if (config.workingDir !== undefined && !config.workingDir.startsWith('/')) {
    throw new SlipwayError('DISK_OCI_INVALID', `Cannot start in ${config.workingDir}: the path is not absolute`);
  }
  if (!Number.isInteger(config.created) || config.created < 0 || config.created > lastSecond) {
    throw new SlipwayError('DISK_OCI_INVALID', `Cannot use ${config.created} as the time of an image`, {
      hint: 'give whole seconds since 1970',
    });
  }
}

/** RFC 3339 in UTC. */
function formatTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

function descriptor(mediaType: string, digest: Digest, sizeBytes: number) {
  return { mediaType, digest: `sha256:${digest}`, size: sizeBytes };
}

function blobOf(document: unknown): OciBlob {
  const bytes = Buffer.from(canonicalJson(document));
  return { bytes, digest: sha256(bytes) };
}
