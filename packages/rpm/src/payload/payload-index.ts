import type { CpioEntry } from '@slipway/formats';
import { fileFlags, isRegular, isSymlink } from '../file-mode.ts';
import { tag } from '../header/tags.ts';
import { readFiles, readRawPaths } from '../metadata/files.ts';
import type { RpmPackage } from '../package/open-package.ts';
import type { PackageFile } from '../package-metadata.ts';
import { hardLinks } from './hard-links.ts';
import { badPayload, type PayloadPlace } from './payload-error.ts';

/** Header, name padding and alignment of one newc entry, generously: what the archive may take beside content. */
const entryOverheadBytes = 128;
/** Writers pad the archive's end to blocks of up to this size. */
const endPaddingBytes = 64 * 1024;

/** A member of the archive with the file it is in the header. */
export interface LocatedMember {
  readonly index: number;
  readonly file: PackageFile;
  /** Whether the member carries the bytes of a regular file. */
  readonly holdsContent: boolean;
  /** All hard links of the file, itself included, as indexes of the header. */
  readonly links: readonly number[];
}

/** Finds archive members in a header, and what is missing or there too often. */
export class PayloadIndex {
  readonly #place: PayloadPlace;
  readonly #files: readonly PackageFile[];
  readonly #links: readonly (readonly number[])[];
  readonly #byPath: ReadonlyMap<string, number>;
  readonly #seen: Uint8Array;
  readonly #withContent = new Set<readonly number[]>();

  /** Throws `RPM_BAD_HEADER`. */
  constructor({ header, path, payloadOffset }: RpmPackage) {
    const files = readFiles(header);
    for (const owner of files.length > 0 ? [tag.fileUserName, tag.fileGroupName] : []) {
      if (!header.has(owner)) {
        throw header.invalid(owner, 'it is missing, and rpm unpacks no files without owners');
      }
    }
    this.#place = { file: path, offset: payloadOffset };
    this.#files = files;
    this.#links = hardLinks(files);
    this.#byPath = new Map(readRawPaths(header).map((path, index) => [path, index]));
    this.#seen = new Uint8Array(files.length);
  }

  /** Size that the archive cannot exceed. */
  get maxArchiveBytes(): number {
    return this.#files.reduce(
      (sum, file) => sum + entryOverheadBytes + 4 * (file.path.length + file.linkTarget.length) + file.sizeBytes,
      endPaddingBytes,
    );
  }

  /** Bytes of content that a stripped archive has for a file: undefined for files that cannot be in it. */
  strippedSizeBytes(index: number): number | undefined {
    const file = this.#files[index];
    if (file === undefined || (file.flags & fileFlags.ghost) !== 0) {
      return undefined;
    }
    if (isSymlink(file.mode)) {
      return Buffer.byteLength(file.linkTarget);
    }
    return isRegular(file.mode) && this.#links[index]?.at(-1) === index ? file.sizeBytes : 0;
  }

  /**
   * The names of entries have a character for each byte. Throws `RPM_BAD_PAYLOAD` for a member that the header does not
   * know, knows otherwise, or that came before.
   */
  locate(entry: CpioEntry): LocatedMember {
    const index = entry.kind === 'stripped' ? entry.index : this.#indexOfPath(entry.path);
    const file = this.#files[index];
    const links = this.#links[index];
    if (file === undefined || links === undefined) {
      throw badPayload(this.#place, 'it has a file that the header does not name');
    }
    if (this.#seen[index] === 1) {
      throw badPayload(this.#place, `${file.path} is in it twice`);
    }
    this.#seen[index] = 1;
    return {
      index,
      file,
      links,
      holdsContent: isRegular(file.mode) && this.#takeContent(file, links, entry.sizeBytes),
    };
  }

  /** Throws `RPM_BAD_PAYLOAD` when a file of the header was not in the archive. */
  checkComplete(): void {
    this.#files.forEach((file, index) => {
      const isGhost = (file.flags & fileFlags.ghost) !== 0;
      const isEmpty = !isRegular(file.mode) || file.sizeBytes === 0;
      const isComplete = this.#seen[index] === 1 && (isEmpty || this.#withContent.has(this.#links[index] ?? []));
      if (!isGhost && !isComplete) {
        throw badPayload(this.#place, `${file.path} is missing`);
      }
    });
  }

  /** Archives of rpm have `./usr/bin/x`; older and foreign ones `usr/bin/x`, `/usr/bin/x`, and `x.spec` for sources. */
  #indexOfPath(name: string): number {
    const candidates = [name.replace(/^\.\//, '/'), name, `/${name}`, name.replace(/^\.\//, '')];
    return candidates.map((path) => this.#byPath.get(path)).find((index) => index !== undefined) ?? -1;
  }

  #takeContent(file: PackageFile, links: readonly number[], sizeBytes: number): boolean {
    if (sizeBytes === 0 && file.sizeBytes > 0 && links.length > 1) {
      return false; // another link of the file has it
    }
    if (sizeBytes !== file.sizeBytes) {
      throw badPayload(this.#place, `${file.path} has ${sizeBytes} bytes instead of ${file.sizeBytes}`);
    }
    this.#withContent.add(links);
    return true;
  }
}
