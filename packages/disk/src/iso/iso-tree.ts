import { SlipwayError } from '@slipway/core';

export const isoSectorBytes = 2048;

/** A file whose bytes lie on the disk already, for example in the EFI system partition. */
export interface IsoFile {
  /** Absolute and normalised. */
  readonly path: string;
  /** On the disk: a multiple of 2048, unless the file is empty. */
  readonly offset: number;
  readonly sizeBytes: number;
}

export interface IsoDirectoryNode {
  readonly kind: 'directory';
  readonly name: string;
  /** What readers without Rock Ridge see; empty for the root. */
  readonly identifier: string;
  /** The root is its own parent. */
  readonly parent: IsoDirectoryNode | undefined;
  /** By identifier. */
  readonly children: IsoNode[];
}

export interface IsoFileNode {
  readonly kind: 'file';
  readonly name: string;
  readonly identifier: string;
  readonly file: IsoFile;
}

export type IsoNode = IsoDirectoryNode | IsoFileNode;

/** ECMA-119 section 6.8.2.1. */
const deepestLevel = 8;
/** In bytes: Linux cuts what is longer (fs/isofs/rock.c, get_rock_ridge_filename). */
const longestName = 253;
const largestFile = 0xffffffff;

/** Throws `DISK_ISO_UNREPRESENTABLE` for what ISO 9660 cannot name or place. */
export function isoTree(files: readonly IsoFile[]): IsoDirectoryNode {
  files.forEach(checkFile);
  return directoryOf({ name: '', identifier: '', parent: undefined }, groupByParts(files), 1);
}

interface Parts {
  readonly file: IsoFile;
  readonly rest: readonly string[];
}

function groupByParts(files: readonly IsoFile[]): Parts[] {
  return files.map((file) => ({ file, rest: file.path.split('/').slice(1) }));
}

function directoryOf(
  self: Pick<IsoDirectoryNode, 'name' | 'identifier' | 'parent'>,
  contents: readonly Parts[],
  level: number,
): IsoDirectoryNode {
  const directory: IsoDirectoryNode = { kind: 'directory', ...self, children: [] };
  const groups = Map.groupBy(contents, ({ rest }) => rest[0] as string);
  const taken = new Set<string>();
  for (const name of [...groups.keys()].sort()) {
    const members = groups.get(name) as Parts[];
    const [first] = members as [Parts];
    if (first.rest.length === 1) {
      check(members.length === 1, first.file.path, 'another file has its path');
      directory.children.push({ kind: 'file', name, identifier: fileIdentifier(name, taken), file: first.file });
    } else {
      check(level < deepestLevel, first.file.path, `it lies deeper than ${deepestLevel} levels`);
      const inside = members.map(({ file, rest }) => ({ file, rest: rest.slice(1) }));
      const identity = { name, identifier: directoryIdentifier(name, taken), parent: directory };
      directory.children.push(directoryOf(identity, inside, level + 1));
    }
  }
  directory.children.sort((a, b) => (a.identifier < b.identifier ? -1 : 1));
  return directory;
}

function checkFile({ path, offset, sizeBytes }: IsoFile): void {
  const parts = path.split('/').slice(1);
  const isNamed = path.startsWith('/') && parts.every((part) => part !== '' && part !== '.' && part !== '..');
  check(isNamed && !path.includes('\0'), path, 'it is not an absolute, normalised path');
  check(
    parts.every((part) => Buffer.byteLength(part) <= longestName),
    path,
    `a name in it is longer than ${longestName} bytes`,
  );
  check(sizeBytes <= largestFile, path, 'it is larger than 4 GiB');
  check(sizeBytes === 0 || offset % isoSectorBytes === 0, path, `it begins at ${offset}, inside of a sector of a CD`);
}

function check(condition: boolean, path: string, complaint: string): void {
  if (!condition) {
    throw new SlipwayError('DISK_ISO_UNREPRESENTABLE', `Cannot show ${path} on a CD: ${complaint}`);
  }
}

/** ECMA-119 level 2: 30 characters of A-Z, 0-9 and _ in the name and the extension together. */
const identifierLength = 30;
const extensionLength = 3;

function fileIdentifier(name: string, taken: Set<string>): string {
  const dot = name.lastIndexOf('.');
  const stem = dot > 0 ? name.slice(0, dot) : name;
  const extension = dot > 0 ? dCharacters(name.slice(dot + 1)).slice(0, extensionLength) : '';
  return unused(taken, (number) => `${shortened(stem, number, identifierLength - extensionLength)}.${extension};1`);
}

function directoryIdentifier(name: string, taken: Set<string>): string {
  return unused(taken, (number) => shortened(name, number, identifierLength));
}

/** The first of the identifiers for "", "1", "2" … that is not taken; it is taken then. */
function unused(taken: Set<string>, identifier: (number: string) => string): string {
  let candidate = identifier('');
  for (let number = 1; taken.has(candidate); number++) {
    candidate = identifier(String(number));
  }
  taken.add(candidate);
  return candidate;
}

function shortened(name: string, number: string, length: number): string {
  return dCharacters(name).slice(0, length - number.length) + number;
}

function dCharacters(text: string): string {
  return text.toUpperCase().replace(/[^A-Z0-9_]/g, '_');
}
