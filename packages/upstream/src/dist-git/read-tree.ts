import type { Store } from '@slipway/core';
import { parseCommit } from './git/commit-object.ts';
import { parseTree } from './git/tree-object.ts';
import { badTree, checkLinks, checkName } from './tree-paths.ts';
import type { UpstreamRepository } from './upstream-repository.ts';
import type { StoredTree, TreeFile } from './upstream-tree.ts';

/** An entry before its content was read. */
interface Found {
  readonly path: string;
  readonly mode: string;
  readonly id: string;
}

interface Directory {
  /** Empty, or ends with a slash. */
  readonly path: string;
  readonly id: string;
}

/** dist-git has specs and patches; the package with the most files, texlive, has some 100. */
const fileLimit = 20_000;
const depthLimit = 32;
const metadataLimits = { objectBytes: 16 << 20, totalBytes: 64 << 20, what: 'the directories of a dist-git commit' };
const contentLimits = { objectBytes: 48 << 20, totalBytes: 512 << 20, what: 'the files of a dist-git commit' };
const linkTargetLimit = 4096;

/**
 * Reads the files of a commit that is in the cache and puts their contents, one after the other, into one object of the
 * store; contents that were not fetched come in one exchange. Sorted by path. Throws `UPSTREAM_BAD_TREE`, `UPSTREAM_TOO_LARGE`.
 */
export async function readTree(
  repository: UpstreamRepository,
  { commit, component }: { readonly commit: string; readonly component: string },
  store: Store,
): Promise<StoredTree> {
  const found = await listFiles(repository, commit);
  const ids = [...new Set(found.map(({ id }) => id))];
  await repository.fetchMissing(ids, { what: `files of the commit ${commit}`, component });
  const contents: Contents = { stored: new Map(), targets: new Map() };
  const { digest } = await store.put(fileContents(repository, found, contents));
  const files = found.map((entry) => toFile(entry, contents));
  checkLinks(files.map((file) => (file.type === 'link' ? file : { path: file.path })));
  return { contents: digest, files: files.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path))) };
}

async function listFiles(repository: UpstreamRepository, commit: string): Promise<Found[]> {
  const found: Found[] = [];
  let level: Directory[] = [{ path: '', id: await treeOf(repository, commit) }];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > depthLimit) {
      throw badTree(`its directories are more than ${depthLimit} deep`);
    }
    level = await listLevel(repository, level, found);
  }
  return found;
}

/** Adds the files of some directories to `found` and gives the directories in them. */
async function listLevel(
  repository: UpstreamRepository,
  directories: readonly Directory[],
  found: Found[],
): Promise<Directory[]> {
  const trees = new Map<string, ReturnType<typeof parseTree>>();
  const ids = [...new Set(directories.map(({ id }) => id))];
  for await (const { id, bytes } of repository.bare.objects(ids, metadataLimits)) {
    trees.set(id, parseTree(id, bytes));
  }
  const inside: Directory[] = [];
  for (const { path: directory, id } of directories) {
    const names = new Set<string>();
    for (const entry of trees.get(id) ?? []) {
      const name = checkName(entry.name, directory);
      if (names.has(name)) {
        throw badTree(`${JSON.stringify(directory + name)} is there twice`);
      }
      names.add(name);
      addEntry({ path: directory + name, mode: entry.mode, id: entry.id }, found, inside);
      if (found.length + inside.length > fileLimit) {
        throw badTree(`it has more than ${fileLimit} files`);
      }
    }
  }
  return inside;
}

function addEntry(entry: Found, found: Found[], inside: Directory[]): void {
  switch (Number.parseInt(entry.mode, 8) & 0o170000) {
    case 0o040000:
      inside.push({ path: `${entry.path}/`, id: entry.id });
      return;
    case 0o100000:
    case 0o120000:
      found.push(entry);
      return;
    case 0o160000:
      throw badTree(`${JSON.stringify(entry.path)} is a submodule`);
    default:
      throw badTree(`${JSON.stringify(entry.path)} has the unknown mode ${entry.mode}`);
  }
}

async function treeOf(repository: UpstreamRepository, commit: string): Promise<string> {
  for await (const { type, bytes } of repository.bare.objects([commit], metadataLimits)) {
    if (type === 'commit') {
      return parseCommit(commit, bytes).tree;
    }
  }
  throw badTree(`${commit} is not a commit`);
}

/** By object id; an object may be the content of a file and the target of a link. */
interface Contents {
  readonly stored: Map<string, { readonly offset: number; readonly sizeBytes: number }>;
  readonly targets: Map<string, string>;
}

/** The contents of the files, each once; says in `contents` where they lie and what the links are. */
async function* fileContents(
  repository: UpstreamRepository,
  found: readonly Found[],
  { stored, targets }: Contents,
): AsyncIterable<Buffer> {
  const links = new Set(found.filter(isLink).map(({ id }) => id));
  const files = new Set(found.filter((entry) => !isLink(entry)).map(({ id }) => id));
  let offset = 0;
  for await (const { id, type, bytes } of repository.bare.objects([...new Set([...links, ...files])], contentLimits)) {
    if (type !== 'blob') {
      throw badTree(`${id} should be a file and is a ${type}`);
    }
    if (links.has(id)) {
      targets.set(id, linkTarget(bytes));
    }
    if (files.has(id)) {
      stored.set(id, { offset, sizeBytes: bytes.length });
      offset += bytes.length;
      yield bytes;
    }
  }
}

function toFile(entry: Found, { stored, targets }: Contents): TreeFile {
  const { path, id, mode } = entry;
  if (isLink(entry)) {
    return { type: 'link', path, target: targets.get(id) as string };
  }
  const isExecutable = (Number.parseInt(mode, 8) & 0o100) !== 0;
  return {
    type: 'file',
    path,
    mode: isExecutable ? 0o755 : 0o644,
    ...(stored.get(id) as { offset: number; sizeBytes: number }),
  };
}

function isLink({ mode }: Found): boolean {
  return (Number.parseInt(mode, 8) & 0o170000) === 0o120000;
}

function linkTarget(bytes: Buffer): string {
  const target = bytes.toString();
  if (bytes.length > linkTargetLimit || !Buffer.from(target).equals(bytes)) {
    throw badTree('a link has a target that is too long or not UTF-8');
  }
  return target;
}
