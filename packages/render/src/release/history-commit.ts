/** A commit of a dist-git history. A history is a list of them, children before parents. */
export interface HistoryCommit {
  readonly id: string;
  readonly parents: readonly string[];
  readonly author: { readonly name: string; readonly email: string };
  /** Seconds since 1970. */
  readonly authored: number;
  readonly committed: number;
  readonly message: string;
  /** Blob id of the spec file; absent when there is none. */
  readonly spec?: string;
  /** Blob id of the file `changelog`. */
  readonly changelog?: string;
  /** Tree id. Without it a merge is taken to change nothing when its spec and its changelog are those of a parent. */
  readonly tree?: string;
}

export type ReadBlob = (id: string) => Promise<Buffer>;
