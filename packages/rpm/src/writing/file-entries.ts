import { fileFlags, fileType, isRegular, isSymlink } from '../file-mode.ts';
import { type HeaderEntry, int16Entry, int32Entry, int64Entry, stringArrayEntry } from '../header/header-entry.ts';
import { tag } from '../header/tags.ts';
import type { PackageFormat } from './package-form.ts';
import type { PlacedFile } from './package-input.ts';

/** OpenPGP's number of SHA-256. */
export const sha256Algorithm = 8;
/** What a 32-bit size can say; one file beyond it makes all sizes 64-bit and the payload stripped. */
const maxSize32 = 0xffffffff;

/** RPMVERIFY_* bits: everything, and for ghosts all but what only content has (digest, size, link target, time). */
const verifyAll = 0xffffffff;
const verifyGhost = (0xffffffff & ~(1 | 2 | 4 | 32)) >>> 0;

/** The device that all files are on, as rpmbuild writes it. */
const device = 1;

export interface FileLayout {
  /** Sorted as in the header. */
  readonly files: readonly PlacedFile[];
  /** For each file the places of all its hard links. */
  readonly links: readonly (readonly number[])[];
}

function hasLargeFiles(files: readonly PlacedFile[]): boolean {
  return files.some(({ sizeBytes }) => sizeBytes > maxSize32);
}

/** Whether sizes have 64 bits, and with them the payload its stripped form. */
export function hasLongSizes(files: readonly PlacedFile[], format: PackageFormat): boolean {
  return format === 6 || hasLargeFiles(files);
}

/** Size as the header has it: content, length of a link target, 0 for everything else. */
export function headerSize(file: PlacedFile): number {
  return isRegular(file.mode) ? file.sizeBytes : isSymlink(file.mode) ? Buffer.byteLength(file.linkTarget) : 0;
}

/** Inode numbers count from 1, so that they do not depend on where the files came from. */
export function headerInode(layout: FileLayout, place: number): number {
  return (layout.links[place]?.[0] ?? place) + 1;
}

/** Bytes of content that the package installs; hard links count once, ghosts not at all. */
export function installedSize({ files, links }: FileLayout): number {
  return files.reduce((sum, file, place) => {
    const counts = isRegular(file.mode) && (file.flags & fileFlags.ghost) === 0 && links[place]?.[0] === place;
    return sum + (counts ? file.sizeBytes : 0);
  }, 0);
}

/** All entries about files; `digests` are hexadecimal SHA-256 in header order, empty for what has none. */
export function fileEntries(layout: FileLayout, digests: readonly string[], format: PackageFormat): HeaderEntry[] {
  const { files } = layout;
  if (files.length === 0) {
    return [];
  }
  const texts = (tagNumber: number, of: (file: PlacedFile) => string) => stringArrayEntry(tagNumber, files.map(of));
  const numbers = (tagNumber: number, of: (file: PlacedFile, place: number) => number) =>
    int32Entry(tagNumber, files.map(of));
  const sizes = files.map(headerSize);
  return [
    hasLongSizes(files, format) ? int64Entry(tag.longFileSizes, sizes) : int32Entry(tag.fileSizes, sizes),
    int16Entry(
      tag.fileModes,
      files.map(({ mode }) => mode),
    ),
    int16Entry(
      tag.fileRdevs,
      files.map((file) => (isDevice(file) ? file.rdev : 0)),
    ),
    numbers(tag.fileMtimes, ({ mtime }) => mtime),
    stringArrayEntry(tag.fileDigests, digests),
    texts(tag.fileLinkTos, (file) => (isSymlink(file.mode) ? file.linkTarget : '')),
    numbers(tag.fileFlags, ({ flags }) => flags),
    texts(tag.fileUserName, ({ user }) => user),
    texts(tag.fileGroupName, ({ group }) => group),
    numbers(
      tag.fileVerifyFlags,
      ({ flags, verifyFlags }) => verifyFlags ?? ((flags & fileFlags.ghost) === 0 ? verifyAll : verifyGhost),
    ),
    numbers(tag.fileDevices, () => device),
    numbers(tag.fileInodes, (_, place) => headerInode(layout, place)),
    texts(tag.fileLangs, ({ lang }) => lang),
    int32Entry(tag.fileDigestAlgo, [sha256Algorithm]),
    ...pathEntries(files),
    ...(files.some(({ caps }) => caps !== '') ? [texts(tag.fileCaps, ({ caps }) => caps)] : []),
  ];
}

function isDevice({ mode }: PlacedFile): boolean {
  const type = mode & fileType.mask;
  return type === fileType.character || type === fileType.block;
}

/** Paths split into directories, each once and with its final slash, and base names. */
function pathEntries(files: readonly PlacedFile[]): HeaderEntry[] {
  const directories = new Map<string, number>();
  const indexes: number[] = [];
  const names: string[] = [];
  for (const { path } of files) {
    const split = path.lastIndexOf('/') + 1;
    const directory = path.slice(0, split);
    const index = directories.get(directory) ?? directories.size;
    directories.set(directory, index);
    indexes.push(index);
    names.push(path.slice(split));
  }
  return [
    int32Entry(tag.dirIndexes, indexes),
    stringArrayEntry(tag.baseNames, names),
    stringArrayEntry(tag.dirNames, [...directories.keys()]),
  ];
}
