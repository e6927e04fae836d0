import { type Chunks, DigestingStream, sha256 } from '@slipway/core';
import type { CpioFields, CpioWriteEntry } from '@slipway/formats';
import { fileFlags, isRegular, isSymlink } from '../file-mode.ts';
import { type FileLayout, hasLongSizes, headerInode, headerSize } from './file-entries.ts';
import type { PackageFormat } from './package-form.ts';
import { type PackageInput, unwritable } from './package-input.ts';

/** The bytes of one regular file; of hard links any one stands for all. */
export interface FileContent {
  /** Place in `PackageInput.files`. */
  readonly index: number;
  /** Exactly `sizeBytes` bytes. Read before the next content is asked for. */
  readonly content: Chunks;
}

/** Fixed part of a newc header, and the trailer entry with its name. */
const newcHeaderBytes = 110;
const strippedHeaderBytes = 14;
const trailerBytes = 124;
const emptyDigest = sha256('');

/**
 * The members of a package's archive: first what has no content, in header order, then contents as they come, the
 * links of a file one after another with the content on the last, as rpm writes and unpacks them.
 */
export class PayloadEntries {
  readonly #input: PackageInput;
  readonly #layout: FileLayout;
  readonly #stripped: boolean;
  /** Header place by place in the input. */
  readonly #placeOf: readonly number[];
  readonly #digests: string[];
  readonly #written = new Set<readonly number[]>();

  constructor(input: PackageInput, layout: FileLayout, format: PackageFormat) {
    this.#input = input;
    this.#layout = layout;
    this.#stripped = hasLongSizes(layout.files, format);
    const placeOf = new Array<number>(layout.files.length);
    layout.files.forEach(({ inputIndex }, place) => {
      placeOf[inputIndex] = place;
    });
    this.#placeOf = placeOf;
    this.#digests = layout.files.map((_, place) => (this.#isContent(place) ? emptyDigest : ''));
  }

  /** SHA-256 by header place once the archive was written; a value of the same length before, empty for no content. */
  get digests(): readonly string[] {
    return this.#digests;
  }

  /** Exact size of the archive, in bytes. */
  get archiveBytes(): number {
    return this.#layout.files.reduce((sum, file, place) => {
      if (this.#isGhost(place)) {
        return sum;
      }
      const name = this.#stripped ? strippedHeaderBytes : newcHeaderBytes + Buffer.byteLength(file.path) + 2;
      return sum + align(name) + align(this.#memberBytes(place));
    }, trailerBytes);
  }

  async *entries(contents: AsyncIterable<FileContent> | Iterable<FileContent>): AsyncGenerator<CpioWriteEntry> {
    for (const [place, file] of this.#layout.files.entries()) {
      if (!this.#isGhost(place) && !this.#hasBytes(place)) {
        yield this.#entry(place, isSymlink(file.mode) ? [Buffer.from(file.linkTarget)] : []);
      }
    }
    for await (const { index, content } of contents) {
      yield* this.#contentEntries(index, content);
    }
    const missing = this.#layout.files.findIndex((_, place) => this.#hasBytes(place) && !this.#isWritten(place));
    if (missing >= 0) {
      throw unwritable(this.#input, `the content of ${this.#layout.files[missing]?.path} was not given`);
    }
  }

  async *#contentEntries(index: number, content: Chunks): AsyncGenerator<CpioWriteEntry> {
    const place = this.#placeOf[index] ?? -1;
    const links = this.#layout.links[place];
    const path = this.#layout.files[place]?.path ?? `file ${index}`;
    if (links === undefined || !this.#isContent(place) || this.#written.has(links)) {
      throw unwritable(this.#input, `${path} has no content, or was given it twice`);
    }
    this.#written.add(links);
    if (!this.#hasBytes(place)) {
      await expectEmpty(this.#input, path, content);
      return;
    }
    for (const link of links.slice(0, -1)) {
      yield this.#entry(link, []);
    }
    yield this.#entry(links.at(-1) as number, this.#digested(links, content));
  }

  async *#digested(links: readonly number[], content: Chunks): AsyncGenerator<Uint8Array> {
    const hashing = new DigestingStream();
    yield* hashing.through(content);
    const digest = hashing.digest();
    for (const place of links) {
      this.#digests[place] = digest;
    }
  }

  #entry(place: number, content: Chunks): CpioWriteEntry {
    const sizeBytes = this.#memberBytes(place);
    return this.#stripped
      ? { kind: 'stripped', index: place, sizeBytes, content }
      : { kind: 'newc', ...this.#fields(place), sizeBytes, content };
  }

  #fields(place: number): Omit<CpioFields, 'sizeBytes'> {
    const file = this.#layout.files[place] as FileLayout['files'][number];
    return {
      path: `.${file.path}`,
      mode: file.mode,
      uid: 0,
      gid: 0,
      mtime: file.mtime,
      inode: headerInode(this.#layout, place),
      linkCount: this.#layout.links[place]?.length ?? 1,
      devMajor: 0,
      devMinor: 1,
      rdevMajor: (file.rdev >>> 8) & 0xff,
      rdevMinor: file.rdev & 0xff,
    };
  }

  /** Bytes that the archive has for a file itself: of hard links, the last one has them. */
  #memberBytes(place: number): number {
    const file = this.#layout.files[place] as FileLayout['files'][number];
    return isRegular(file.mode) && this.#layout.links[place]?.at(-1) !== place ? 0 : headerSize(file);
  }

  #isGhost(place: number): boolean {
    return ((this.#layout.files[place]?.flags ?? 0) & fileFlags.ghost) !== 0;
  }

  #isContent(place: number): boolean {
    return isRegular(this.#layout.files[place]?.mode ?? 0) && !this.#isGhost(place);
  }

  #hasBytes(place: number): boolean {
    return this.#isContent(place) && (this.#layout.files[place]?.sizeBytes ?? 0) > 0;
  }

  #isWritten(place: number): boolean {
    return this.#written.has(this.#layout.links[place] ?? []);
  }
}

async function expectEmpty(input: PackageInput, path: string, content: Chunks): Promise<void> {
  for await (const chunk of content) {
    if (chunk.length > 0) {
      throw unwritable(input, `${path} is declared empty and has content`);
    }
  }
}

function align(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}
