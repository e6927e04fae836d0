import { constants } from 'node:fs';
import { copyFile, link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Digest, DigestingStream } from './digest.ts';
import { readFileChunks } from './file-chunks.ts';
import { type Chunks, fileError, hasErrno, temporaryBeside } from './files.ts';
import { SlipwayError } from './slipway-error.ts';

export interface StoredObject {
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/**
 * Content-addressed files: `ROOT/sha256/ab/abcdef…`. Objects are immutable, appear whole or not at all,
 * and enter only under the digest that their bytes really have.
 */
export class Store {
  readonly root: string;
  /** Objects that this process wrote or read whole. */
  readonly #intact = new Set<Digest>();

  constructor(root: string) {
    this.root = root;
  }

  path(digest: Digest): string {
    return join(this.root, 'sha256', digest.slice(0, 2), digest);
  }

  async has(digest: Digest): Promise<boolean> {
    return (await this.#stat(digest)) !== undefined;
  }

  async sizeBytes(digest: Digest): Promise<number> {
    const found = await this.#stat(digest);
    if (found === undefined) {
      throw new SlipwayError('CORE_FILE_ACCESS', `Cannot read ${digest}: it is not in the store`, {
        hint: 'run the command again: what is missing is made again',
      });
    }
    return found.size;
  }

  /**
   * Streams `content` in. With `expected`, other bytes are refused (`CORE_DIGEST_MISMATCH`) and nothing is kept.
   */
  async put(content: Uint8Array | string | Chunks, expected?: Digest, what = 'content'): Promise<StoredObject> {
    const temporary = temporaryBeside(join(this.root, 'incoming', 'object'));
    try {
      await mkdir(dirname(temporary), { recursive: true });
      const written = await writeHashed(temporary, asChunks(content));
      if (expected !== undefined && written.digest !== expected) {
        throw digestMismatch(what, expected, written.digest);
      }
      await this.#adopt(temporary, written.digest);
      return written;
    } catch (cause) {
      await rm(temporary, { force: true }).catch(() => {}); // the first failure is the one to tell
      throw fileError('write', temporary, cause);
    }
  }

  /** Takes a file that is already on this machine; moves it when `move` is set, else copies (reflink where possible). */
  async putFile(path: string, expected?: Digest, move = false): Promise<StoredObject> {
    const hashing = new DigestingStream();
    for await (const chunk of readFileChunks(path)) {
      hashing.update(chunk);
    }
    const found = { digest: hashing.digest(), sizeBytes: hashing.sizeBytes };
    if (expected !== undefined && found.digest !== expected) {
      throw digestMismatch(path, expected, found.digest);
    }
    const temporary = temporaryBeside(join(this.root, 'incoming', found.digest));
    await mkdir(dirname(temporary), { recursive: true });
    await transfer(path, temporary, move);
    await this.#adopt(temporary, found.digest);
    return found;
  }

  async read(digest: Digest): Promise<Buffer> {
    try {
      return await readFile(this.path(digest));
    } catch (cause) {
      throw fileError('read', this.path(digest), cause);
    }
  }

  async *stream(digest: Digest): AsyncIterable<Uint8Array> {
    yield* readFileChunks(this.path(digest));
  }

  /** Re-reads an object; throws `CORE_STORE_CORRUPT` when the disk gives other bytes, and removes it. */
  async verify(digest: Digest): Promise<void> {
    const hashing = new DigestingStream();
    try {
      for await (const chunk of this.stream(digest)) {
        hashing.update(chunk);
      }
    } catch (cause) {
      throw fileError('read', this.path(digest), cause);
    }
    if (hashing.digest() !== digest) {
      await rm(this.path(digest), { force: true });
      throw new SlipwayError('CORE_STORE_CORRUPT', `Cannot use ${digest}: the stored bytes changed`, {
        hint: 'the damaged object was removed; run the command again, and check the disk',
        at: { file: this.path(digest) },
      });
    }
    this.#intact.add(digest);
  }

  /** As `verify`, but reads an object only once in the life of this process, and what was just written not at all. */
  async ensureIntact(digest: Digest): Promise<void> {
    if (!this.#intact.has(digest)) {
      await this.verify(digest);
    }
  }

  /** Every object, in order of its digest. */
  async *list(): AsyncIterable<Digest> {
    const base = join(this.root, 'sha256');
    for (const prefix of (await readdir(base).catch(() => [])).sort()) {
      for (const name of (await readdir(join(base, prefix))).sort()) {
        yield name as Digest;
      }
    }
  }

  /** Hard-links an object to `target` where the file system allows it, else copies. `target` must not exist. */
  async linkTo(digest: Digest, target: string): Promise<void> {
    await mkdir(dirname(target), { recursive: true });
    await link(this.path(digest), target).catch(() => copyFile(this.path(digest), target));
  }

  /**
   * Copies an object to `target`, which must not exist: for files that somebody will change. File systems that can do so
   * share the blocks.
   */
  async copyTo(digest: Digest, target: string): Promise<void> {
    const flags = constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE;
    await copyFile(this.path(digest), target, flags).catch((cause) =>
      Promise.reject(fileError('write', target, cause)),
    );
  }

  async #adopt(temporary: string, digest: Digest): Promise<void> {
    const target = this.path(digest);
    await mkdir(dirname(target), { recursive: true });
    await rename(temporary, target);
    this.#intact.add(digest);
  }

  async #stat(digest: Digest) {
    try {
      return await stat(this.path(digest));
    } catch (cause) {
      if (hasErrno(cause, 'ENOENT')) {
        return undefined;
      }
      throw fileError('read', this.path(digest), cause);
    }
  }
}

async function writeHashed(path: string, content: Chunks): Promise<StoredObject> {
  const hashing = new DigestingStream();
  const file = await open(path, 'wx');
  try {
    for await (const chunk of content) {
      hashing.update(chunk);
      await file.writeFile(chunk);
    }
    await file.datasync();
  } finally {
    await file.close();
  }
  return { digest: hashing.digest(), sizeBytes: hashing.sizeBytes };
}

async function transfer(from: string, to: string, move: boolean): Promise<void> {
  if (move) {
    try {
      await rename(from, to);
      return;
    } catch (cause) {
      if (!hasErrno(cause, 'EXDEV')) {
        throw fileError('write', to, cause);
      }
    }
  }
  await copyFile(from, to);
}

function asChunks(content: Uint8Array | string | Chunks): Chunks {
  if (typeof content === 'string') {
    return [Buffer.from(content)];
  }
  return content instanceof Uint8Array ? [content] : content;
}

function digestMismatch(what: string, expected: Digest, found: Digest): SlipwayError {
  return new SlipwayError('CORE_DIGEST_MISMATCH', `Cannot accept ${what}: expected SHA-256 ${expected}, got ${found}`, {
    hint: 'the source (mirror, proxy or disk) gave other bytes than were announced; nothing of it was kept',
    data: { expected, found },
  });
}
