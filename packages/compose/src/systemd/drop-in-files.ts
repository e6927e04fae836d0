import type { FileTree } from '@slipway/tree';
import type { ConfigFile } from '../accounts.ts';
import { type ConfigContents, dropInPaths } from '../config-contents.ts';

/** The text of a configuration file of the tree: one that the image definition made, or a package's. */
export function configText(tree: FileTree, configs: ConfigContents, path: string): string | undefined {
  const inode = tree.lookup(path);
  const generated = inode?.type === 'file' && inode.content.kind === 'bytes' ? inode.content.bytes : undefined;
  return generated === undefined ? configs.text(path) : Buffer.from(generated).toString('utf8');
}

/**
 * The texts of a `*.d` hierarchy in the order of their names, earlier directories first in precedence. An empty file
 * only hides others of its name.
 */
export function dropInFiles(
  tree: FileTree,
  configs: ConfigContents,
  directories: readonly string[],
  suffix: string,
): ConfigFile[] {
  return dropInPaths(tree, directories, suffix).flatMap((path) => {
    const text = configText(tree, configs, path) ?? '';
    return text === '' ? [] : [{ path, text }];
  });
}
