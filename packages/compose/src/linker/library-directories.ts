import type { FileTree } from '@slipway/tree';

const deepestInclude = 8;
/** Compiled into glibc's loader: those of upstream, and of Debian's multiarch build. */
const loaderDirectories = [
  ...['x86_64-linux-gnu', 'aarch64-linux-gnu'].flatMap((triplet) => [`/lib/${triplet}`, `/usr/lib/${triplet}`]),
  ...['/lib', '/usr/lib', '/lib64', '/usr/lib64'],
];

/**
 * The directories that ldconfig searches: those of `/etc/ld.so.conf` with its includes, then the loader's own.
 * `text` gives the content of a configuration file of the tree. Source: ldconfig(8).
 */
export function libraryDirectories(tree: FileTree, text: (path: string) => string | undefined): string[] {
  const found = [...configured(tree, text, '/etc/ld.so.conf', 0), ...loaderDirectories];
  return [...new Set(found.map((directory) => tree.resolve(directory, true)))].filter(
    (directory) => tree.get(directory)?.type === 'directory',
  );
}

function configured(tree: FileTree, text: (path: string) => string | undefined, path: string, depth: number): string[] {
  const content = depth > deepestInclude ? undefined : text(path);
  return (content ?? '').split('\n').flatMap((raw) => {
    const line = raw.replace(/#.*/, '').trim();
    const include = /^include\s+(.+)$/.exec(line);
    if (include !== null) {
      return matching(tree, include[1] ?? '').flatMap((included) => configured(tree, text, included, depth + 1));
    }
    return line.startsWith('/') ? [line.replace(/\/+$/, '')] : [];
  });
}

/** The glob of an include line: `*` in the last component (ld.so.conf.d/*.conf). */
function matching(tree: FileTree, pattern: string): string[] {
  const absolute = pattern.startsWith('/') ? pattern : `/etc/${pattern}`;
  const slash = absolute.lastIndexOf('/');
  const name = absolute
    .slice(slash + 1)
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  const matcher = new RegExp(`^${name}$`);
  return tree
    .children(tree.resolve(absolute.slice(0, slash), true))
    .filter((path) => matcher.test(path.slice(slash + 1)));
}
