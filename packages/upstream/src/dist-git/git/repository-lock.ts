import { SlipwayError, withProcessLock } from '@slipway/core';

const pollSeconds = 0.1;

export interface LockOptions {
  readonly path: string;
  readonly wait: (seconds: number) => Promise<void>;
  /** After this time the other process is no longer waited for. */
  readonly patienceSeconds: number;
}

/** One piece of work at a time, in this process and among all that share the lock file; the others wait. */
export class RepositoryLock {
  readonly #options: LockOptions;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: LockOptions) {
    this.#options = options;
  }

  /** Throws `CORE_BUSY` when another process holds the lock for too long. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(() => this.#amongProcesses(work));
    this.#last = result.catch(() => {});
    return result;
  }

  async #amongProcesses<T>(work: () => Promise<T>): Promise<T> {
    const { path, wait, patienceSeconds } = this.#options;
    for (let waited = 0; ; waited += pollSeconds) {
      const held = { begun: false };
      const begin = () => {
        held.begun = true;
        return work();
      };
      try {
        return await withProcessLock(path, begin, 'dist-git repository');
      } catch (failure) {
        const isBusy = !held.begun && failure instanceof SlipwayError && failure.code === 'CORE_BUSY';
        if (!isBusy || waited >= patienceSeconds) {
          throw failure;
        }
      }
      await wait(pollSeconds);
    }
  }
}
