import type { Chunks } from '@slipway/core';
import { XmlCursor, XmlVocabulary, xmlToken } from '@slipway/formats';
import type { ListedFile, RepoPackage } from './repo-package.ts';
import { badMetadata } from './repomd.ts';

/** All files of one package, by the checksum of the package file. */
export interface PackageFilelist {
  readonly pkgid: string;
  readonly files: readonly FilelistFile[];
  /** Of the files' own digests; filelists-ext only. */
  readonly hashAlgorithm?: string;
}

export interface FilelistFile extends ListedFile {
  /** Digest of the content; filelists-ext only. */
  readonly hash?: string;
}

const maxDepth = 16;
const vocabulary = new XmlVocabulary([
  'filelists',
  'filelists-ext',
  'package',
  'file',
  'checksum',
  'pkgid',
  'type',
  'hash',
]);
const [packageId, fileId, checksumId] = [vocabulary.id('package'), vocabulary.id('file'), vocabulary.id('checksum')];
const [pkgidId, typeId, hashId] = [vocabulary.id('pkgid'), vocabulary.id('type'), vocabulary.id('hash')];
/** The only places where elements mean it: root, package, and what is in one. */
const [packageDepth, contentDepth] = [2, 3];

/**
 * Entries of an uncompressed filelists.xml or filelists-ext.xml. `wanted` keeps memory to what is asked for. Throws as
 * `readPrimary`.
 */
export async function* readFilelists(
  chunks: Chunks,
  { wanted = () => true, file = 'filelists.xml' }: { wanted?: (path: string) => boolean; file?: string } = {},
): AsyncGenerator<PackageFilelist> {
  const reader = new FilelistsReader(file, wanted);
  for await (const chunk of chunks) {
    yield* reader.push(chunk);
  }
  reader.finish();
}

class FilelistsReader {
  readonly #cursor: XmlCursor;
  readonly #file: string;
  readonly #wanted: (path: string) => boolean;
  #pkgid: string | undefined;
  #files: FilelistFile[] = [];
  #hashAlgorithm: string | undefined;
  #path = '';
  #type: ListedFile['type'] = 'file';
  #hash: string | undefined;
  #isInFile = false;

  constructor(file: string, wanted: (path: string) => boolean) {
    this.#file = file;
    this.#wanted = wanted;
    this.#cursor = new XmlCursor(vocabulary, { file, maxDepth });
  }

  push(chunk: Uint8Array): PackageFilelist[] {
    const complete: PackageFilelist[] = [];
    const cursor = this.#cursor;
    cursor.push(chunk);
    for (let token = cursor.next(); token !== xmlToken.none; token = cursor.next()) {
      if (token === xmlToken.text) {
        if (this.#isInFile && cursor.depth === contentDepth) {
          this.#path += cursor.text();
        }
      } else if (token === xmlToken.start) {
        this.#start();
      } else if (cursor.name === fileId && cursor.depth === packageDepth) {
        this.#endFile();
      } else if (cursor.name === packageId && cursor.depth === 1) {
        complete.push(this.#endPackage());
      }
    }
    return complete;
  }

  finish(): void {
    this.#cursor.finish();
  }

  #start(): void {
    const { name, depth } = this.#cursor;
    if (depth === 1 && name !== 0 && name !== 1) {
      throw badMetadata(this.#file, 'its root is not <filelists> or <filelists-ext>');
    }
    if (depth === packageDepth && name === packageId) {
      this.#pkgid = this.#cursor.attributeText(pkgidId);
      this.#hashAlgorithm = undefined;
      this.#files = [];
    } else if (depth === contentDepth && name === fileId) {
      this.#type = parseFileType(this.#cursor.attributeText(typeId));
      this.#hash = this.#cursor.attributeText(hashId);
      this.#path = '';
      this.#isInFile = true;
    } else if (depth === contentDepth && name === checksumId) {
      this.#hashAlgorithm = this.#cursor.attributeText(typeId);
    }
  }

  #endFile(): void {
    this.#isInFile = false;
    if (this.#wanted(this.#path)) {
      const hash = this.#hash;
      this.#files.push({ path: this.#path, type: this.#type, ...(hash === undefined ? {} : { hash }) });
    }
  }

  #endPackage(): PackageFilelist {
    if (this.#pkgid === undefined) {
      throw badMetadata(this.#file, 'a package has no pkgid');
    }
    const hashAlgorithm = this.#hashAlgorithm;
    return { pkgid: this.#pkgid, files: this.#files, ...(hashAlgorithm === undefined ? {} : { hashAlgorithm }) };
  }
}

function parseFileType(text: string | undefined): ListedFile['type'] {
  return text === 'dir' || text === 'ghost' ? text : 'file';
}

/** The packages with their files from filelists.xml instead of the primary ones; packages not listed stay as they are. */
export async function mergeFilelists(
  packages: readonly RepoPackage[],
  filelists: AsyncIterable<PackageFilelist>,
): Promise<RepoPackage[]> {
  const files = new Map<string, readonly ListedFile[]>();
  for await (const one of filelists) {
    files.set(one.pkgid, one.files);
  }
  return packages.map((one) => ({ ...one, files: files.get(one.checksum.value) ?? one.files }));
}
