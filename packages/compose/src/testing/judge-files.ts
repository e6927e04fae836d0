import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeTree } from '../../../../test/support/judge-tree.ts';
import type { ConfigFile } from '../accounts.ts';

/** Files of the judge tree directly in a directory, by name; paths are those of the tree. */
export function judgeFiles(directory: string, suffix: string): ConfigFile[] {
  const outside = join(judgeTree, directory);
  const names = existsSync(outside) ? readdirSync(outside, { withFileTypes: true }) : [];
  return names
    .filter((entry) => entry.isFile() && entry.name.endsWith(suffix))
    .map((entry) => entry.name)
    .sort()
    .map((name) => ({ path: join(directory, name), text: readFileSync(join(outside, name), 'utf8') }));
}
