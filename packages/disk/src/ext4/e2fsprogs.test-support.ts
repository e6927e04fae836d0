import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContentChunk, ContentSource, FileInode, FileTree, Inode } from '@slipway/tree';
import { writeBlockFile } from '../block-writer.ts';
import { unlessInstalled } from '../image/judges.test-support.ts';
import type { Ext4Options } from './ext4-options.ts';
import { type Ext4Layout, planExt4 } from './plan-ext4.ts';
import { writeExt4 } from './write-ext4.ts';

/** For `test`: skips when the judges are not there. */
export const needsE2fsprogs = { skip: unlessInstalled('e2fsck', 'debugfs', 'dumpe2fs', 'resize2fs') };

export const testOptions: Omit<Ext4Options, 'size'> = {
  uuid: '5a6b0f1e-93c1-4d47-8b0a-3f1f5d1c2e01',
  hashSeed: 'c0ffee00-1234-4abc-9def-0123456789ab',
  createdAt: 1_700_000_000,
  label: 'slipway',
};

/** Plans and writes an image, and has it judged. */
export async function writeImage(
  path: string,
  tree: FileTree,
  options: Partial<Ext4Options> = {},
): Promise<Ext4Layout> {
  const layout = planExt4(tree, { ...testOptions, size: { kind: 'minimal', freeBytes: 0 }, ...options });
  await writeBlockFile(path, layout.sizeBytes, (out) => writeExt4(layout, patternContent, out));
  checkFileSystem(path);
  return layout;
}

/** e2fsck must have nothing to say. */
export function checkFileSystem(path: string): void {
  const { status, stdout } = run('e2fsck', '-fn', path);
  const complaints = stdout.split('\n').filter((line) => line !== '' && !/^Pass \d|^\S+: \d+\/\d+ files/.test(line));
  assert.deepEqual({ status, complaints }, { status: 0, complaints: [] });
}

export function run(command: string, ...args: readonly string[]): { status: number | null; stdout: string } {
  const { status, stdout, stderr, error } = spawnSync(command, args, { maxBuffer: 1 << 28 });
  assert.equal(error, undefined);
  assert.ok(status !== null, `${command} was killed: ${stderr}`);
  return { status, stdout: stdout.toString() };
}

const pieceBytes = 1 << 20;
const zeroPiece = Buffer.alloc(pieceBytes);

/**
 * Content that is a function of the file: index 0 is zeros only; with others, each MiB is zeros or a pattern. Generated
 * files give their bytes.
 */
export const patternContent: ContentSource = {
  async *stream(files): AsyncGenerator<ContentChunk> {
    for (const inode of files) {
      for (let offset = 0; offset < inode.sizeBytes; offset += pieceBytes) {
        yield { inode, offset, bytes: patternPiece(inode, offset) };
      }
    }
  },
};

function patternPiece(inode: FileInode, offset: number): Uint8Array {
  const length = Math.min(pieceBytes, inode.sizeBytes - offset);
  if (inode.content.kind === 'bytes') {
    return inode.content.bytes.subarray(offset, offset + length);
  }
  const { index } = inode.content;
  const piece = offset / pieceBytes;
  if (index === 0 || (index + piece) % 3 === 1) {
    return zeroPiece.subarray(0, length);
  }
  return Buffer.alloc(length, `${index}/${piece} `);
}

export async function contentOf(inode: FileInode): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const { bytes } of patternContent.stream([inode])) {
    pieces.push(Buffer.from(bytes));
  }
  return Buffer.concat(pieces);
}

/** Compares every entry with what debugfs reads from the image: content, attributes, links, devices. */
export async function compareWithTree(path: string, tree: FileTree, directory: string): Promise<void> {
  const entries = [...tree.entries()];
  const commands: string[] = [];
  entries.forEach(({ path: name, inode }, index) => {
    commands.push(`stat "${name}"`);
    if (inode.type === 'file') {
      commands.push(`dump "${name}" ${join(directory, `content-${index}`)}`);
    }
    [...inode.xattrs.keys()].forEach((attribute, number) => {
      commands.push(`ea_get -f ${join(directory, `attribute-${index}-${number}`)} "${name}" ${attribute}`);
    });
  });
  const script = join(directory, 'commands');
  await writeFile(script, commands.map((command) => `${command}\n`).join(''));
  const stats = run('debugfs', '-f', script, path)
    .stdout.split(/^debugfs: /m)
    .filter((part) => part.startsWith('stat '));
  const names = run('debugfs', '-R', 'ls -p /', path).stdout;
  assert.ok(names.includes('/lost+found/'));
  const numbers = new Map<Inode, string>();
  const links = new Map<Inode, number>();
  for (const { path: name, inode } of entries) {
    links.set(inode, (links.get(inode) ?? 0) + 1);
    if (inode.type === 'directory') {
      const children = tree.children(name).filter((child) => tree.get(child)?.type === 'directory').length;
      links.set(inode, 2 + children + (name === '/' && !tree.has('/lost+found') ? 1 : 0));
    }
  }
  for (const [index, { path: name, inode }] of entries.entries()) {
    const stat = (stats[index] as string).slice(`stat "${name}"\n`.length);
    const number = /^Inode: (\d+)/.exec(stat)?.[1] as string;
    assert.equal(numbers.get(inode) ?? number, number, `${name} is a hard link`);
    numbers.set(inode, number);
    assert.deepEqual(factsFromStat(stat, inode), factsOf(inode, links.get(inode) as number), name);
    if (inode.type === 'file') {
      const file = join(directory, `content-${index}`);
      assert.equal(Buffer.compare(await readFile(file), await contentOf(inode)), 0, `content of ${name}`);
      await rm(file);
    }
    for (const [position, value] of [...inode.xattrs.values()].entries()) {
      const file = join(directory, `attribute-${index}-${position}`);
      assert.equal(Buffer.compare(await readFile(file), asDebugfsSays(value)), 0, `attribute ${position} of ${name}`);
      await rm(file);
    }
  }
}

/** Access lists: debugfs gives 0 as the id of entries without one, where the kernel gives 0xffffffff. */
function asDebugfsSays(value: Uint8Array): Buffer {
  const isAccessList = value.length % 8 === 4 && Buffer.from(value).readUInt32LE() === 2;
  return isAccessList
    ? Buffer.from(Buffer.from(value).toString('hex').replaceAll('ffffffff', '00000000'), 'hex')
    : Buffer.from(value);
}

type Facts = Record<string, string | number | undefined>;

const typeNames: Record<Inode['type'], string> = {
  file: 'regular',
  directory: 'directory',
  symlink: 'symlink',
  fifo: 'FIFO',
  'character-device': 'character special',
  'block-device': 'block special',
};

function factsOf(inode: Inode, links: number): Facts {
  const device = inode.type === 'character-device' || inode.type === 'block-device';
  return {
    type: typeNames[inode.type],
    mode: inode.mode,
    uid: inode.uid,
    gid: inode.gid,
    links,
    size: inode.type === 'file' ? inode.sizeBytes : undefined,
    times: inode.mtime,
    target: inode.type === 'symlink' && Buffer.byteLength(inode.target) < 60 ? inode.target : undefined,
    device: device ? `${inode.major}:${inode.minor}` : undefined,
    attributes: inode.xattrs.size,
  };
}

function factsFromStat(stat: string, inode: Inode): Facts {
  const field = (pattern: RegExp) => pattern.exec(stat)?.[1]?.trim();
  const times = new Set([...stat.matchAll(/^\s*\w+time: 0x([0-9a-f]+):([0-9a-f]+)/gm)].map(timeOf));
  assert.equal(times.size, 1);
  const device = /Device major\/minor number: (\d+):(\d+)/.exec(stat);
  return {
    type: field(/Type: (.*?)\s+Mode:/),
    mode: Number.parseInt(field(/Mode:\s+(\d+)/) as string, 8),
    uid: Number(field(/User:\s*(-?\d+)/)) >>> 0,
    gid: Number(field(/Group:\s*(-?\d+)/)) >>> 0,
    links: Number(field(/Links: (\d+)/)),
    size: inode.type === 'file' ? Number(field(/Size: (\d+)/)) : undefined,
    times: [...times][0],
    target: field(/Fast link dest: "(.*)"/),
    device: device === null ? undefined : `${Number(device[1])}:${Number(device[2])}`,
    attributes: [...stat.matchAll(/^ {2}[a-z]+\.\S+ \(\d+\)/gm)].length,
  };
}

/** 32 signed bits, and the low two bits of the other field above them. */
function timeOf(match: RegExpExecArray): number {
  const low = Number.parseInt(match[1] as string, 16) | 0;
  return low + (Number.parseInt(match[2] as string, 16) & 3) * 2 ** 32;
}
