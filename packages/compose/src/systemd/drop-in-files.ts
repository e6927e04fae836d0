import type { FileTree } from '@slipway/tree';
import type { ConfigFile } from '../accounts.ts';
import { type ConfigContents, dropInPaths } from '../config-contents.ts';

/**
 * The texts of a `*.d` hierarchy in the order of their names, earlier directories first in precedence: files of
 * packages, and files that the image definition made. An empty file only hides others of its name.
 */
export function dropInFiles(
  tree: FileTree,
  configs: ConfigContents,
  directories: readonly string[],
  suffix: string,
): ConfigFile[] {
  return dropInPaths(tree, directories, suffix).flatMap((path) => {
    const inode = tree.lookup(path);
    const generated = inode?.type === 'file' && inode.content.kind === 'bytes' ? inode.content.bytes : undefined;
    const text = generated === undefined ? configs.text(path) : Buffer.from(generated).toString('utf8');
    return text === undefined || text === '' ? [] : [{ path, text }];
  });
}
