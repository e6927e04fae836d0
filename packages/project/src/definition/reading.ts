import type { ErrorCode } from '@slipway/core';
import { formatValue } from '../format-value.ts';
import { type Generation, generations } from '../generation.ts';
import type { ConfigPath } from '../project.ts';

/** In place of a value that cannot be used; the reading has the mistake. */
export const broken = Symbol('broken');
export type Broken = typeof broken;

/** A mistake in a file before its place is looked up. */
export interface Mistake {
  readonly code: ErrorCode;
  readonly path: ConfigPath;
  /** What the place of the mistake is: the key of `path` or its value. */
  readonly part: 'key' | 'value';
  readonly reason: string;
  readonly hint?: string;
}

/** A part of a file that could not be used: what it would have defined is not missing, but unread. */
export interface LostPart {
  readonly path: ConfigPath;
  readonly value: unknown;
}

export interface ReadingOptions {
  /** Relative paths are relative to it. */
  readonly directory: string;
  /** Whether what only Slipway has is a mistake. */
  readonly refusesAdditions: boolean;
}

/** Mistakes of one file beyond this many are not kept: nobody reads them, and a hostile file may have millions. */
const maxMistakes = 1000;

/** One walk of definitions over the values of one file: where it is, and what it has found. */
export class Reading {
  readonly options: ReadingOptions;
  readonly mistakes: Mistake[] = [];
  readonly lost: LostPart[] = [];
  /** Keys and indices from the top of the file to the value that is being read. */
  readonly path: (string | number)[] = [];
  /** The newest generation of the format that the file needs. */
  generation: Generation = 'april-2026';
  #part: Mistake['part'] = 'value';
  #addition: ConfigPath | undefined;

  constructor(options: ReadingOptions) {
    this.options = options;
  }

  /** Notes a mistake at the current place or below it, and gives `broken` to be returned in place of a value. */
  report(reason: string, details: Partial<Omit<Mistake, 'reason'>> = {}): Broken {
    const { code = 'PROJECT_BAD_VALUE', part = this.#part, path = [], hint } = details;
    if (this.mistakes.length < maxMistakes) {
      const place = [...this.path, ...path];
      this.mistakes.push({ code, path: place, part, reason, ...(hint !== undefined && { hint }) });
    }
    return broken;
  }

  wrongType(expected: string, value: unknown): Broken {
    return this.report(`expected ${expected}, found ${formatValue(value)}`);
  }

  /** Notes that the value at the current place is left out. */
  lose(value: unknown): void {
    this.lost.push({ path: [...this.path], value });
  }

  /** Reads the name of a table: mistakes are at the key. */
  readName<T>(read: () => T): T {
    this.#part = 'key';
    const name = read();
    this.#part = 'value';
    return name;
  }

  /** Notes that the current place needs a generation of the format. */
  need(generation: Generation): void {
    if (generations.indexOf(generation) > generations.indexOf(this.generation)) {
      this.generation = generation;
    }
    if (generation === 'slipway' && this.options.refusesAdditions && !this.#isInsideAddition()) {
      this.#addition = [...this.path];
      this.report('only Slipway has this, and the root file of the project is azldev.toml', {
        code: 'PROJECT_SLIPWAY_ONLY',
        part: 'key',
        hint: 'root the project in a slipway.toml, or leave this out',
      });
    }
  }

  /** What stands inside an addition needs no message of its own. */
  #isInsideAddition(): boolean {
    return this.#addition?.every((part, index) => this.path[index] === part) ?? false;
  }
}
