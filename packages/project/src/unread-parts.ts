import type { LostPart } from './definition/reading.ts';
import type { ConfigPath, Origin } from './project.ts';

/** What a name is made of; everything else separates names, and in a table header a dot does too. */
const separators = [/[^A-Za-z0-9+._-]+/, /[^A-Za-z0-9+_-]+/];

/** The parts of a project that could not be read because of mistakes, and the names that may stand in them. */
export class UnreadParts {
  readonly #names = new Set<string>();
  /** Those outside of the tables of single components: what components may inherit. */
  readonly #inheritable = new Set<string>();
  /** By file and path of a list: the indices of its entries that were left out, rising. */
  readonly #gaps = new Map<string, number[]>();
  #mentionsAll = false;

  /** The unread text of a file; undefined: nobody knows what it says. */
  addFile(text: string | undefined): void {
    this.#mentionsAll ||= text === undefined;
    addNames(text ?? '', [this.#names, this.#inheritable]);
  }

  addParts(file: string, parts: readonly LostPart[]): void {
    for (const { path, value } of parts) {
      const sets = path[0] === 'components' && path.length > 2 ? [this.#names] : [this.#names, this.#inheritable];
      addNames(`${path.join(' ')} ${JSON.stringify(value)}`, sets);
      const last = path.at(-1);
      if (typeof last === 'number') {
        const key = listKey(file, path.slice(0, -1));
        const gaps = this.#gaps.get(key) ?? [];
        gaps.push(last);
        this.#gaps.set(key, gaps);
      }
    }
  }

  mentions(name: string): boolean {
    return this.#mentionsAll || this.#names.has(name);
  }

  /** Whether what components inherit may have one of these keys. */
  mayPassOn(keys: readonly string[]): boolean {
    return this.#mentionsAll || keys.some((key) => this.#inheritable.has(key));
  }

  /** The path in the file of a value that has another index since entries before it were left out. */
  writtenPath({ file, path }: Origin): ConfigPath {
    if (this.#gaps.size === 0) {
      return path;
    }
    const written: (string | number)[] = [];
    for (const part of path) {
      written.push(typeof part === 'number' ? this.#writtenIndex(listKey(file, written), part) : part);
    }
    return written;
  }

  #writtenIndex(list: string, index: number): number {
    return (this.#gaps.get(list) ?? []).reduce((written, gap) => (gap <= written ? written + 1 : written), index);
  }
}

function addNames(text: string, sets: readonly Set<string>[]): void {
  for (const name of separators.flatMap((separator) => text.split(separator))) {
    for (const set of sets) {
      set.add(name);
    }
  }
}

function listKey(file: string, path: ConfigPath): string {
  return JSON.stringify([file, ...path]);
}
