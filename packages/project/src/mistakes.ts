import { type ErrorCode, nearestNames, SlipwayError, type SourcePosition } from '@slipway/core';
import { mistakeError } from './config-errors.ts';
import type { ConfigPath, Origin } from './project.ts';
import { type ConfigReading, isTolerated, type ReadOptions } from './read-config.ts';
import { valueAt } from './schema-walk.ts';
import type { PartialDocument, TomlDocument } from './toml-document.ts';
import { UnreadParts } from './unread-parts.ts';

/** Errors beyond this many are not listed: the first ones tell what is wrong. */
const maxListed = 500;
/** Of those that are found, so that a hostile project ends in time. */
const maxKept = 5000;

/**
 * Collects the mistakes of all files of a project, of every phase of loading. What a file with mistakes would have
 * defined is unknown rather than missing, so nothing is reported that may only follow from another mistake.
 */
export class Mistakes {
  readonly #options: ReadOptions;
  readonly #documents = new Map<string, TomlDocument>();
  /** Files in the order in which they were met. */
  readonly #order = new Map<string, number>();
  readonly #unread = new UnreadParts();
  readonly #errors: SlipwayError[] = [];
  readonly #warnings: SlipwayError[] = [];

  constructor(options: ReadOptions) {
    this.#options = options;
  }

  get hasErrors(): boolean {
    return this.#errors.length > 0;
  }

  /** In order of files as they were met, then of places; at most 500. */
  errors(): SlipwayError[] {
    return this.#sorted(this.#errors).slice(0, maxListed);
  }

  warnings(): SlipwayError[] {
    return this.#sorted(this.#warnings);
  }

  addFile(file: string, { document, error, unread }: PartialDocument): void {
    this.#order.set(file, this.#order.get(file) ?? this.#order.size);
    if (document !== undefined) {
      this.#documents.set(file, document);
    }
    if (error !== undefined) {
      this.addError(error);
      this.#unread.addFile(unread);
    }
  }

  addReading(file: string, { errors, warnings, lost }: ConfigReading<unknown>): void {
    this.#errors.push(...errors);
    this.#warnings.push(...warnings);
    this.#unread.addParts(file, lost);
  }

  addError(error: SlipwayError): void {
    this.#errors.push(error);
  }

  add(code: ErrorCode, origin: Origin, reason: string, hint?: string): void {
    const document = this.#documents.get(origin.file);
    if (document === undefined || this.#errors.length + this.#warnings.length >= maxKept) {
      return;
    }
    const path = this.#unread.writtenPath(origin);
    const part = typeof valueAt(document.value, path) === 'object' ? 'key' : 'value';
    const error = mistakeError({ code, path, part, reason, ...(hint !== undefined && { hint }) }, document);
    (isTolerated(code, this.#options) ? this.#warnings : this.#errors).push(error);
  }

  /** Runs an effect on files; what it throws is reported at a place of the project. */
  attempt<T>(origin: Origin, effect: () => T): T | undefined {
    try {
      return effect();
    } catch (failure) {
      if (!(failure instanceof SlipwayError)) {
        throw failure;
      }
      this.add(failure.code, origin, failure.message, failure.hint);
      return undefined;
    }
  }

  /** Reports a reference to something that is not there, unless an unread part may define it. */
  addUnknown(origin: Origin, what: string, name: string, known: Iterable<string>): void {
    if (this.#unread.mentions(name)) {
      return;
    }
    const nearest = nearestNames(name, known)[0];
    const hint = nearest === undefined ? `define it, or name one that exists` : `did you mean "${nearest}"?`;
    this.add('PROJECT_UNKNOWN_NAME', origin, `there is no ${what} "${name}"`, hint);
  }

  /** Whether something else is wrong below a place, or may be missing there since it is inherited and unread. */
  mayExplain(origin: Origin, ...inheritedKeys: readonly string[]): boolean {
    const name = origin.path[1];
    return (
      (typeof name === 'string' && this.#unread.mentions(name)) ||
      this.#unread.mayPassOn(inheritedKeys) ||
      this.#errors.some(({ at, data }) => at?.file === origin.file && startsWith(data?.path, origin.path))
    );
  }

  position(path: ConfigPath, rootFile: string): SourcePosition {
    const { file } = this.originOf(path, rootFile);
    return this.#documents.get(file)?.position(path) ?? { file, line: 1, column: 1 };
  }

  /** The latest file that has the most of a path: where files are merged, it is the one that counts. */
  originOf(path: ConfigPath, rootFile: string): Origin {
    let best: TomlDocument | undefined;
    let longest = 0;
    for (const document of this.#documents.values()) {
      const length = writtenLength(document, path);
      if (length > 0 && length >= longest) {
        best = document;
        longest = length;
      }
    }
    return { file: best?.file ?? rootFile, path };
  }

  /** The document of a file that was read. */
  document(file: string): TomlDocument | undefined {
    return this.#documents.get(file);
  }

  positionOf(origin: Origin): SourcePosition {
    return this.#documents.get(origin.file)?.position(this.#unread.writtenPath(origin)) ?? { file: origin.file };
  }

  #sorted(errors: readonly SlipwayError[]): SlipwayError[] {
    const order = ({ at }: SlipwayError) => this.#order.get(at?.file ?? '') ?? this.#order.size;
    return errors.toSorted(
      (a, b) =>
        order(a) - order(b) || (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0),
    );
  }
}

function startsWith(path: unknown, start: ConfigPath): boolean {
  return Array.isArray(path) && start.every((part, index) => path[index] === part);
}

function writtenLength(document: TomlDocument, path: ConfigPath): number {
  let length = path.length;
  while (length > 0 && valueAt(document.value, path.slice(0, length)) === undefined) {
    length--;
  }
  return length;
}
