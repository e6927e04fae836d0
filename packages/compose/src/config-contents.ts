import { SlipwayError } from '@slipway/core';
import { type ContentSource, type FileInode, type FileTree, readContents, rootOwned } from '@slipway/tree';
import type { ConfigFile } from './accounts.ts';
import type { SelectedPackage } from './select-files.ts';

/** Configuration files are small; the largest in practice are hardware database sources of a few MB. */
const largestConfigFile = 16 << 20;

/** What composing reads of packages' files; everything else stays unread until an image is written. */
const configPatterns: readonly RegExp[] = [
  /^\/usr\/lib\/sysusers\.d\/[^/]+\.conf$/,
  /^\/(usr\/lib|etc)\/systemd\/(system|user)\/[^/]+\.(service|socket|mount|automount|swap|target|path|timer|slice)$/,
  /^\/(usr\/lib|etc)\/systemd\/(system|user)-preset\/[^/]+\.preset$/,
  /^\/etc\/ld\.so\.conf(\.d\/[^/]+\.conf)?$/,
  /^\/usr\/share\/ca-certificates\/.+\.crt$/,
  /^\/usr\/lib\/udev\/hwdb\.d\/[^/]+\.hwdb$/,
  /^\/usr\/lib\/systemd\/catalog\/[^/]+\.catalog$/,
  /^\/usr\/lib\/modules\/[^/]+\/modules\.(order|builtin|builtin\.modinfo)$/,
  /^\/usr\/lib\/os-release$/,
];

/** The bytes of packages' configuration files by path, read in one pass over the payloads. */
export class ConfigContents {
  readonly #contents: ReadonlyMap<string, Buffer>;

  private constructor(contents: ReadonlyMap<string, Buffer>) {
    this.#contents = contents;
  }

  static async read(packages: readonly SelectedPackage[], source: ContentSource): Promise<ConfigContents> {
    const inodes = new Map<string, FileInode>();
    for (const { file, package: pkg, index } of packages.flatMap((each) => each.files)) {
      if ((file.mode & 0o170000) === 0o100000 && configPatterns.some((pattern) => pattern.test(file.path))) {
        const content = { kind: 'payload', package: pkg.digest, index } as const;
        const inode: FileInode = {
          ...rootOwned(0o644, 0),
          type: 'file',
          sizeBytes: file.sizeBytes,
          content,
          digest: file.digest,
        };
        checkSize(file.path, inode);
        inodes.set(file.path, inode);
      }
    }
    const bytes = await readContents(source, inodes.values());
    return new ConfigContents(new Map([...inodes].map(([path, inode]) => [path, bytes.get(inode) as Buffer])));
  }

  bytes(path: string): Buffer | undefined {
    return this.#contents.get(path);
  }

  text(path: string): string | undefined {
    return this.#contents.get(path)?.toString('utf8');
  }

  /** Files whose paths match, in the order of their paths. */
  files(pattern: RegExp): ConfigFile[] {
    return [...this.#contents.keys()]
      .filter((path) => pattern.test(path))
      .sort()
      .map((path) => ({ path, text: this.text(path) as string }));
  }
}

/**
 * The files of a `*.d` hierarchy: a name in an earlier directory hides the same name in a later one, and a link to
 * /dev/null hides it altogether. Sorted by name. Source: systemd's CONFIGURATION DIRECTORIES AND PRECEDENCE.
 */
export function dropInPaths(tree: FileTree, directories: readonly string[], suffix: string): string[] {
  const chosen = new Map<string, string>();
  for (const directory of directories) {
    for (const path of tree.children(tree.resolve(directory, true))) {
      const name = path.slice(path.lastIndexOf('/') + 1);
      if (name.endsWith(suffix) && !chosen.has(name)) {
        chosen.set(name, path);
      }
    }
  }
  return [...chosen].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, path]) => (isMasked(tree, path) ? [] : [path]));
}

function isMasked(tree: FileTree, path: string): boolean {
  const inode = tree.get(path);
  return inode?.type === 'symlink' && inode.target === '/dev/null';
}

function checkSize(path: string, inode: FileInode): void {
  if (inode.sizeBytes > largestConfigFile) {
    throw new SlipwayError(
      'CORE_LIMIT',
      `Cannot read ${path}: ${inode.sizeBytes} bytes is too large for a configuration file`,
    );
  }
}
