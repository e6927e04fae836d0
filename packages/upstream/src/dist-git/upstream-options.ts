import type { Digest, ProgressListener, Store } from '@slipway/core';

/** What one run of the program gives to all that fetches from dist-git and lookaside. */
export interface UpstreamOptions {
  /** Repositories and what is remembered about them; several processes may share it. */
  readonly cacheDirectory: string;
  readonly store: Store;
  /** Digest of the code that reads: a changed program reads again. */
  readonly code: Digest;
  /** Start of the run, seconds since 1970. */
  readonly now: number;
  /** Takes everything from the cache, or throws `UPSTREAM_OFFLINE`. */
  readonly offline: boolean;
  /** A remote that sends nothing for so long is given up. */
  readonly timeoutSeconds: number;
  /** Further attempts after a failure of the network. */
  readonly retries: number;
  readonly wait: (seconds: number) => Promise<void>;
  /** Remotes that are talked to at once. */
  readonly concurrency: number;
  /** Where programs, proxies and keys are looked up (`PATH`, `https_proxy`, `SSH_AUTH_SOCK` …). */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly progress?: ProgressListener;
  readonly signal?: AbortSignal;
}
