import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from './canonical-json.ts';
import { type Digest, sha256 } from './digest.ts';
import { readTextIfPresentSync, writeFileAtomically } from './files.ts';
import type { Store } from './store.ts';

export interface TaskSpec<T> {
  /** What kind of work it is, for example `import`; part of the key. */
  readonly kind: string;
  /** For messages; not part of the key. */
  readonly name: string;
  /** Everything the result depends on, as plain JSON; digests stand for bytes. */
  readonly inputs: unknown;
  /** Digest of the code that does the work: a changed program is a changed input. */
  readonly code: Digest;
  /** The stored objects that a result refers to: a remembered result counts only while all of them are there. */
  readonly objects: (result: T) => Iterable<Digest>;
  /** Whether what the result says exists outside the store (written files) is still there; default: yes. */
  readonly isIntact?: (result: T) => Promise<boolean>;
}

export interface TaskResult<T> {
  readonly key: Digest;
  readonly value: T;
  readonly cached: boolean;
}

/**
 * Runs work once per key: same inputs and same code, same result, no work. Results are JSON under
 * `DIRECTORY/<kind>/<key>.json`; bytes live in the store. Tasks form a graph through the values they pass on;
 * equal tasks that are under way at once are one.
 */
export class TaskCache {
  readonly #directory: string;
  readonly #store: Store;
  readonly #running = new Map<Digest, Promise<TaskResult<unknown>>>();

  constructor(directory: string, store: Store) {
    this.#directory = directory;
    this.#store = store;
  }

  /** The remembered result of a task, if there is a usable one; does no work. */
  async peek<T>(task: TaskSpec<T>): Promise<TaskResult<T> | undefined> {
    const key = taskKey(task);
    const value = await this.#recall(task, key);
    return value === undefined ? undefined : { key, value, cached: true };
  }

  async run<T>(task: TaskSpec<T>, work: () => Promise<T>): Promise<TaskResult<T>> {
    const key = taskKey(task);
    const running = this.#running.get(key);
    if (running !== undefined) {
      return (await running) as TaskResult<T>;
    }
    const promise = this.#recallOrWork(task, key, work);
    this.#running.set(key, promise);
    try {
      return await promise;
    } finally {
      this.#running.delete(key);
    }
  }

  async #recall<T>(task: TaskSpec<T>, key: Digest): Promise<T | undefined> {
    const text = readTextIfPresentSync(this.#path(task.kind, key));
    if (text === undefined) {
      return undefined;
    }
    const value = parseResult<T>(text);
    if (value === undefined || !(await this.#usable(task, value.result))) {
      await rm(this.#path(task.kind, key), { force: true });
      return undefined;
    }
    return value.result;
  }

  async #recallOrWork<T>(task: TaskSpec<T>, key: Digest, work: () => Promise<T>): Promise<TaskResult<T>> {
    const known = await this.#recall(task, key);
    if (known !== undefined) {
      return { key, value: known, cached: true };
    }
    const value = await work();
    await mkdir(join(this.#directory, task.kind), { recursive: true });
    const record = { kind: task.kind, name: task.name, inputs: task.inputs, result: value };
    await writeFileAtomically(this.#path(task.kind, key), JSON.stringify(record));
    return { key, value, cached: false };
  }

  async #usable<T>(task: TaskSpec<T>, result: T): Promise<boolean> {
    for (const digest of task.objects(result)) {
      if (!(await this.#store.has(digest))) {
        return false;
      }
    }
    return task.isIntact === undefined || (await task.isIntact(result));
  }

  #path(kind: string, key: Digest): string {
    return join(this.#directory, kind, `${key}.json`);
  }
}

function taskKey<T>(task: TaskSpec<T>): Digest {
  return sha256(canonicalJson({ kind: task.kind, code: task.code, inputs: task.inputs }));
}

function parseResult<T>(text: string): { result: T } | undefined {
  try {
    const record: unknown = JSON.parse(text);
    const complete = record !== null && typeof record === 'object' && 'result' in record && record.result !== null;
    return complete ? (record as { result: T }) : undefined;
  } catch {
    return undefined; // cut short by a crash of the machine: the work is done again
  }
}
