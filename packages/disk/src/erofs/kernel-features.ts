import { SlipwayError } from '@slipway/core';

/** The kernel that is to mount a file system. */
export interface ErofsKernel {
  /** Its release; what follows the second number does not matter: `6.6.134-1.azl3`. */
  readonly version: string;
  /** The text of its configuration (`/boot/config-*`), where known: features can be left out of a kernel. */
  readonly config?: string;
}

/** What a kernel must be able to do, and from when on it can. */
interface KernelFeature {
  readonly meaning: string;
  readonly since: readonly [major: number, minor: number];
  readonly setting: string;
}

/** The versions are those of the first kernel with the feature outside of drivers/staging. */
const features = {
  erofs: { meaning: 'EROFS', since: [5, 4], setting: 'CONFIG_EROFS_FS' },
  lz4: { meaning: 'LZ4 in clusters of several blocks', since: [5, 13], setting: 'CONFIG_EROFS_FS_ZIP' },
  zstd: { meaning: 'zstd in EROFS', since: [6, 10], setting: 'CONFIG_EROFS_FS_ZIP_ZSTD' },
  attributes: { meaning: 'extended attributes of EROFS', since: [5, 4], setting: 'CONFIG_EROFS_FS_XATTR' },
  accessLists: { meaning: 'access control lists of EROFS', since: [5, 4], setting: 'CONFIG_EROFS_FS_POSIX_ACL' },
  labels: {
    meaning: 'security attributes (labels, file capabilities) of EROFS',
    since: [5, 4],
    setting: 'CONFIG_EROFS_FS_SECURITY',
  },
} as const satisfies Readonly<Record<string, KernelFeature>>;

export type ErofsFeature = keyof typeof features;

/**
 * Throws `DISK_EROFS_KERNEL` for the first feature that the kernel lacks: it would refuse the file system, or show it
 * without the attributes. Throws `DISK_EROFS_BAD_OPTION` for a version that is none.
 */
export function checkKernel(kernel: ErofsKernel, needed: Iterable<ErofsFeature>): void {
  const version = parseVersion(kernel.version);
  const settings = kernel.config === undefined ? undefined : enabledSettings(kernel.config);
  for (const name of needed) {
    const { meaning, since, setting } = features[name];
    if (version.major < since[0] || (version.major === since[0] && version.minor < since[1])) {
      throw unreadable(kernel, `${meaning} came with Linux ${since[0]}.${since[1]}`, name);
    }
    if (settings !== undefined && !settings.has(setting)) {
      throw unreadable(kernel, `it is built without ${setting} (${meaning})`, name);
    }
  }
}

function parseVersion(text: string): { readonly major: number; readonly minor: number } {
  const match = /^(\d{1,4})\.(\d{1,4})(?!\d)/.exec(text);
  if (match === null) {
    throw new SlipwayError(
      'DISK_EROFS_BAD_OPTION',
      `Cannot plan an EROFS file system: ${JSON.stringify(text)} is not the version of a kernel`,
    );
  }
  return { major: Number(match[1]), minor: Number(match[2]) };
}

function enabledSettings(config: string): Set<string> {
  return new Set([...config.matchAll(/^(CONFIG_\w+)=[ym]$/gm)].map(([, name = '']) => name));
}

const compressions: ReadonlySet<ErofsFeature> = new Set(['lz4', 'zstd']);

function unreadable({ version }: ErofsKernel, reason: string, feature: ErofsFeature): SlipwayError {
  const hint = compressions.has(feature)
    ? 'choose another compression for this file system (LZ4, or none), or install a newer kernel'
    : 'install a kernel with this feature, or choose another file system';
  return new SlipwayError('DISK_EROFS_KERNEL', `Cannot make an EROFS file system for Linux ${version}: ${reason}`, {
    hint,
    data: { version, feature },
  });
}
