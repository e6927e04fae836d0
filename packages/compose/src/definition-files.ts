import { readFile } from 'node:fs/promises';
import { fileError, SlipwayError } from '@slipway/core';
import type { ImageDefinition } from '@slipway/project';
import { type FileTree, generatedFile, type Ownership, parentPath, rootOwned } from '@slipway/tree';
import type { Accounts } from './accounts.ts';
import { ensureDirectories } from './build-tree.ts';

/** Adds the directories, files and links of an image definition. */
export async function addDefinitionFiles(
  tree: FileTree,
  definition: ImageDefinition,
  accounts: Accounts,
  time: number,
): Promise<void> {
  for (const directory of definition.directories ?? []) {
    const path = prepare(tree, directory.path, time);
    tree.set(path, { ...owned(directory, accounts, 0o755, time), type: 'directory' });
  }
  for (const file of definition.files ?? []) {
    const bytes = file.content ?? (await load(file.source as string));
    tree.set(prepare(tree, file.path, time), generatedFile(bytes, owned(file, accounts, 0o644, time)));
  }
  for (const link of definition.links ?? []) {
    tree.set(prepare(tree, link.path, time), { ...rootOwned(0o777, time), type: 'symlink', target: link.target });
  }
}

export interface Removal {
  readonly glob: string;
  readonly reason: string;
  readonly paths: readonly string[];
}

/** Takes out what an image definition removes. A removal that removes nothing is an error: it would be a deviation without effect. */
export function applyRemovals(tree: FileTree, definition: ImageDefinition): Removal[] {
  return (definition.remove ?? []).map((removal) => removeMatches(tree, removal));
}

/** Where the entry goes once links in its directories are followed; its parents exist afterwards. */
function prepare(tree: FileTree, path: string, time: number): string {
  const place = tree.resolve(path);
  ensureDirectories(tree, parentPath(place), time);
  return place;
}

interface Attributes {
  readonly path: string;
  readonly mode?: number;
  readonly owner?: string;
  readonly group?: string;
}

function owned(entry: Attributes, accounts: Accounts, mode: number, time: number): Ownership {
  const uid = accountId(entry.owner, (name) => accounts.users.get(name)?.uid, entry.path);
  const gid = accountId(entry.group, (name) => accounts.groups.get(name)?.gid, entry.path);
  return { ...rootOwned(entry.mode ?? mode, time), uid, gid };
}

function accountId(name: string | undefined, find: (name: string) => number | undefined, path: string): number {
  if (name === undefined) {
    return 0;
  }
  const id = /^\d+$/.test(name) ? Number(name) : find(name);
  if (id === undefined) {
    throw new SlipwayError('COMPOSE_UNKNOWN_OWNER', `Cannot add ${path}: there is no account ${name} in the image`);
  }
  return id;
}

async function load(source: string): Promise<Uint8Array> {
  try {
    return await readFile(source);
  } catch (cause) {
    throw fileError('read', source, cause);
  }
}

function removeMatches(tree: FileTree, removal: { readonly path: string; readonly reason: string }): Removal {
  const pattern = pathGlob(removal.path);
  const matches = [...tree.entries()].filter(({ path }) => pattern.test(path)).map(({ path }) => path);
  if (matches.length === 0) {
    throw new SlipwayError('COMPOSE_MISSING_FILE', `Cannot remove ${removal.path}: nothing in the image matches`, {
      hint: 'delete the [[remove]] entry, or correct its path',
    });
  }
  matches.forEach((path) => tree.delete(path));
  return { glob: removal.path, reason: removal.reason, paths: matches };
}

/** `*` and `?` stay inside a component, `**` crosses directories. */
function pathGlob(glob: string): RegExp {
  const source = glob.replace(/\*\*|[.+^${}()|[\]\\*?]/g, (part) => {
    const special: Record<string, string> = { '**': '.*', '*': '[^/]*', '?': '[^/]' };
    return special[part] ?? `\\${part}`;
  });
  return new RegExp(`^${source}$`);
}
