import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '@slipway/core';
import { readTar, type TarEntry } from '@slipway/formats';
import type { ContentChunk, ContentSource, FileInode, FileTree, Inode } from '@slipway/tree';
import { runInJudgeTree, unlessInJudgeTree, unlessInstalled } from '../image/judges.test-support.ts';
import type { ErofsOptions } from './erofs-options.ts';
import { type ErofsLayout, planErofs } from './plan-erofs.ts';
import { type ErofsImage, writeErofsFile } from './write-erofs.ts';

export const testOptions: ErofsOptions = {
  uuid: '5a6b0f1e-93c1-4d47-8b0a-3f1f5d1c2e01',
  createdAt: 1_600_000_000,
  label: 'slipway',
  kernel: { version: '6.12.9' },
};

/** For `test`: the newest erofs-utils, which read zstd. */
export const needsErofsUtils = { skip: unlessInJudgeTree('usr/bin/fsck.erofs', 'usr/bin/dump.erofs') };
export const needsKernel = { skip: unlessInstalled('mount', 'unshare', 'tar') || unlessKernelMounts() };

function unlessKernelMounts(): string | false {
  if (process.getuid?.() !== 0) {
    return 'mounting needs root';
  }
  const known = /\terofs$/m.test(readFileSync('/proc/filesystems', 'utf8'));
  return known && existsSync('/dev/loop-control') ? false : 'the kernel has no EROFS or no loop devices';
}

export interface WrittenImage extends ErofsImage {
  readonly layout: ErofsLayout;
}

export async function writeImage(
  path: string,
  tree: FileTree,
  options: Partial<ErofsOptions> = {},
  content: ContentSource = mixedContent,
): Promise<WrittenImage> {
  const layout = planErofs(tree, { ...testOptions, ...options });
  return { ...(await writeErofsFile(path, layout, content)), layout };
}

/** A program of erofs-utils; it must succeed, and what it says is returned. */
export async function runErofsUtils(image: string, program: string, ...args: readonly string[]): Promise<string> {
  const name = image.slice(image.lastIndexOf('/') + 1);
  const { status, stdout, stderr } = await runInJudgeTree({ files: [image], command: [program, ...args, name] });
  assert.equal(status, 0, `${program}: ${stdout}${stderr}`);
  return `${stdout}${stderr}`;
}

/** fsck.erofs must have nothing to say about the structure and about every byte of content. */
export async function checkFileSystem(image: string): Promise<void> {
  const said = await runErofsUtils(image, 'fsck.erofs', '--extract');
  assert.equal(said.replace(/^<I>.*\n/gm, ''), '');
}

/** Compares the tree with what the kernel of this machine reads. */
export async function compareMounted(image: string, tree: FileTree, directory: string): Promise<void> {
  const [mount, archive, links] = ['mount', 'mounted.tar', 'links'].map((name) => join(directory, name));
  mkdirSync(mount as string, { recursive: true });
  const script = [
    'mount -t erofs -o ro,loop "$0" "$1"',
    `${tarCommand('"$1"')} > "$2"`,
    'find "$1" -printf "%n %i /%P\\0" > "$3"',
  ].join(' && ');
  const { status, stderr } = await runProgram('unshare', [
    '--mount',
    'sh',
    '-c',
    script,
    image,
    mount as string,
    archive as string,
    links as string,
  ]);
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  compareFacts(await factsFromTar(archive as string), await factsOf(tree));
  assert.deepEqual(linksFromFind(links as string), linksOf(tree));
}

/** Compares the tree, but for extended attributes, with what fsck.erofs unpacks. */
export async function compareExtracted(image: string, tree: FileTree, directory: string): Promise<void> {
  const archive = join(directory, 'extracted.tar');
  const name = image.slice(image.lastIndexOf('/') + 1);
  const { status, stdout, stderr } = await runInJudgeTree({
    files: [image],
    command: ['fsck.erofs', '--extract=out', '--preserve', name],
    async collect(room) {
      const result = await runProgram('sh', ['-c', `${tarCommand('"$0"')} > "$1"`, join(room, 'out'), archive]);
      assert.equal(result.status, 0, result.stderr);
    },
  });
  assert.equal(status, 0, `${stdout}${stderr}`);
  const comparable = (facts: Map<string, Facts>) =>
    new Map([...facts].map(([path, fact]) => [path, { ...fact, ...(fact.type === 'symlink' && anyMode), xattrs: {} }]));
  compareFacts(comparable(await factsFromTar(archive)), comparable(await factsOf(tree)));
}

/** Linux has no way to set the mode of a symbolic link. */
const anyMode = { mode: 0o777 };

/** One by one, for messages that one can read. */
function compareFacts(actual: ReadonlyMap<string, Facts>, expected: ReadonlyMap<string, Facts>): void {
  assert.deepEqual([...actual.keys()], [...expected.keys()]);
  for (const [path, facts] of expected) {
    assert.deepEqual(actual.get(path), facts, path);
  }
}

function tarCommand(directory: string): string {
  return `tar --format=posix --xattrs --xattrs-include='*' --numeric-owner --sort=name -C ${directory} -cf - .`;
}

interface Facts {
  readonly type: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly detail: string;
  readonly xattrs: Readonly<Record<string, string>>;
}

async function factsFromTar(archive: string): Promise<Map<string, Facts>> {
  const facts = new Map<string, Facts>();
  for await (const entry of readTar(createReadStream(archive))) {
    const path = entry.path.replace(/^\.\/?/, '/');
    facts.set(
      path,
      entry.type === 'hardlink'
        ? (facts.get(entry.linkTarget.replace(/^\.\/?/, '/')) as Facts)
        : { ...attributesOf(entry), detail: await detailOfEntry(entry) },
    );
  }
  return sorted(facts);
}

/** Linux shows user attributes of files and directories only (xattr(7)). */
function attributesOf(entry: TarEntry | Inode): Omit<Facts, 'detail'> {
  const { type, mode, uid, gid, mtime } = entry;
  const isVisible = (name: string) => !name.startsWith('user.') || type === 'file' || type === 'directory';
  const xattrs = [...entry.xattrs]
    .filter(([name]) => isVisible(name))
    .map(([name, value]) => [name, Buffer.from(value).toString('hex')] as const);
  return { type, mode, uid, gid, mtime, xattrs: Object.fromEntries(xattrs.toSorted()) };
}

async function detailOfEntry(entry: Exclude<TarEntry, { type: 'hardlink' }>): Promise<string> {
  switch (entry.type) {
    case 'file':
      return await sha256Of(entry.content);
    case 'symlink':
      return entry.linkTarget;
    case 'character-device':
    case 'block-device':
      return `${entry.major}:${entry.minor}`;
    default:
      return '';
  }
}

async function factsOf(tree: FileTree): Promise<Map<string, Facts>> {
  const facts = new Map<string, Facts>();
  for (const { path, inode } of tree.entries()) {
    facts.set(path, { ...attributesOf(inode), detail: await detailOfInode(inode) });
  }
  return sorted(facts);
}

function sorted(facts: ReadonlyMap<string, Facts>): Map<string, Facts> {
  return new Map([...facts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

async function detailOfInode(inode: Inode): Promise<string> {
  switch (inode.type) {
    case 'file':
      return await sha256Of(piecesOf(inode));
    case 'symlink':
      return inode.target;
    case 'character-device':
    case 'block-device':
      return `${inode.major}:${inode.minor}`;
    default:
      return '';
  }
}

/** For each path the number of links and the first path of the same inode. */
function linksFromFind(file: string): Map<string, string> {
  const entries = readFileSync(file, 'utf8')
    .split('\0')
    .filter((line) => line !== '')
    .map((line): LinkedPath => {
      const [count = '', inode = ''] = line.split(' ', 2);
      return { path: line.slice(count.length + inode.length + 2), inode, count: Number(count) };
    });
  return withFirstPath(entries);
}

function linksOf(tree: FileTree): Map<string, string> {
  const entries = [...tree.entries()];
  const counts = new Map<Inode, number>();
  for (const { inode } of entries) {
    counts.set(inode, (counts.get(inode) ?? 0) + 1);
  }
  return withFirstPath(
    entries.map(({ path, inode }) => {
      const inside = tree.children(path).filter((child) => tree.get(child)?.type === 'directory').length;
      return inode.type === 'directory'
        ? { path, inode: path, count: 2 + inside }
        : { path, inode, count: counts.get(inode) as number };
    }),
  );
}

interface LinkedPath {
  readonly path: string;
  readonly inode: unknown;
  readonly count: number;
}

function withFirstPath(entries: readonly LinkedPath[]): Map<string, string> {
  const ordered = entries.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const first = new Map<unknown, string>();
  return new Map(
    ordered.map(({ path, inode, count }) => {
      first.set(inode, first.get(inode) ?? path);
      return [path, `${count} ${first.get(inode)}`];
    }),
  );
}

async function sha256Of(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) {
    hash.update(chunk);
  }
  return hash.digest('hex');
}

const pieceBytes = 100_003;

/** Generated files give their bytes; others by their index: zeros, text, noise, or stretches of them in turn. */
export const mixedContent: ContentSource = {
  async *stream(files): AsyncGenerator<ContentChunk> {
    for (const inode of files) {
      let offset = 0;
      for (const bytes of piecesOf(inode)) {
        yield { inode, offset, bytes };
        offset += bytes.length;
      }
    }
  },
};

function* piecesOf(inode: FileInode): Generator<Uint8Array> {
  for (let offset = 0; offset < inode.sizeBytes; offset += pieceBytes) {
    const length = Math.min(pieceBytes, inode.sizeBytes - offset);
    yield inode.content.kind === 'bytes'
      ? inode.content.bytes.subarray(offset, offset + length)
      : pieceOf(inode.content.index, offset / pieceBytes, length);
  }
}

function pieceOf(index: number, piece: number, length: number): Uint8Array {
  switch (index < 3 ? index : (index + piece) % 3) {
    case 0:
      return new Uint8Array(length);
    case 1:
      return Buffer.alloc(length, Array.from({ length: 500 }, (_, word) => `${word * (piece + 7)} and `).join(''));
    default:
      return noise(length, index * 1000 + piece);
  }
}

/** xorshift32: nothing compresses it. */
function noise(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed * 2654435761 + 1;
  for (let at = 0; at < length; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state >>> 11;
  }
  return bytes;
}
