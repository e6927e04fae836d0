import { type Digest, nearestNames, SlipwayError, type Store, sha256 } from '@slipway/core';

/** What a commit has at a path: safe, relative, `/` between its elements. */
export type TreeFile =
  | {
      readonly type: 'file';
      readonly path: string;
      /** 0644 or 0755, as git has no others. */
      readonly mode: number;
      readonly sizeBytes: number;
      /** Of its first byte in the contents of the tree. */
      readonly offset: number;
    }
  /** Leads to nothing outside the tree. */
  | { readonly type: 'link'; readonly path: string; readonly target: string };

/** The files of one dist-git commit as they are remembered. */
export interface StoredTree {
  /** The object of the store that has the contents of all files. */
  readonly contents: Digest;
  /** Sorted by path. */
  readonly files: readonly TreeFile[];
}

/** The files of one dist-git commit. Their contents are read from the store together, when the first is asked for. */
export class UpstreamTree {
  readonly commit: string;
  /** Sorted by path. */
  readonly files: readonly TreeFile[];
  readonly #contents: Digest;
  readonly #store: Store;
  readonly #byPath: ReadonlyMap<string, TreeFile>;
  #bytes: Promise<Buffer> | undefined;

  constructor(commit: string, { contents, files }: StoredTree, store: Store) {
    this.commit = commit;
    this.files = files;
    this.#contents = contents;
    this.#store = store;
    this.#byPath = new Map(files.map((file) => [file.path, file]));
  }

  get(path: string): TreeFile | undefined {
    return this.#byPath.get(path);
  }

  /** The content of a regular file. Links are not followed: they and absent paths are `CORE_BUG`; damage is `CORE_STORE_CORRUPT`. */
  async read(path: string): Promise<Buffer> {
    const file = this.#byPath.get(path);
    if (file?.type !== 'file') {
      throw new SlipwayError('CORE_BUG', `${path} is not a file of the commit ${this.commit}`);
    }
    this.#bytes ??= this.#readContents();
    return (await this.#bytes).subarray(file.offset, file.offset + file.sizeBytes);
  }

  /** The spec of a package, `<name>.spec` (overlays.md 3.2). Throws `UPSTREAM_NO_SPEC`. */
  readSpec(name: string): Promise<Buffer> {
    const path = `${name}.spec`;
    if (this.#byPath.get(path)?.type === 'file') {
      return this.read(path);
    }
    const specs = this.files.map((file) => file.path).filter((other) => other.endsWith('.spec'));
    const near = nearestNames(path, specs);
    const others = near.length > 0 ? near : specs.slice(0, 3);
    throw new SlipwayError('UPSTREAM_NO_SPEC', `Cannot find ${path} in the dist-git commit ${this.commit}`, {
      hint:
        others.length === 0
          ? 'the commit has no spec: the package may be retired on this branch; choose another snapshot or a pin'
          : `it has ${others.join(', ')}: set upstream-name to the name of the spec`,
      data: { path, specs: others },
    });
  }

  async #readContents(): Promise<Buffer> {
    const bytes = await this.#store.read(this.#contents);
    if (sha256(bytes) !== this.#contents) {
      await this.#store.verify(this.#contents); // says what is wrong, and removes it
    }
    return bytes;
  }
}
