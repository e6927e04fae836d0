import { type ErrorCode, nearestNames, type SlipwayError, type SourcePosition } from '@slipway/core';
import { mistakeError } from './config-errors.ts';
import type { ConfigPath, Origin } from './project.ts';
import { valueAt } from './schema-walk.ts';
import type { TomlDocument } from './toml-document.ts';

/** Errors beyond this many are not listed: the first ones tell what is wrong. */
const maxListed = 500;

/** Collects the mistakes that show only when the files of a project are seen together. */
export class Mistakes {
  readonly errors: SlipwayError[] = [];
  readonly #documents = new Map<string, TomlDocument>();

  constructor(documents: Iterable<TomlDocument>) {
    for (const document of documents) {
      this.#documents.set(document.file, document);
    }
  }

  addDocument(document: TomlDocument): void {
    this.#documents.set(document.file, document);
  }

  add(code: ErrorCode, origin: Origin, reason: string, hint?: string): void {
    const document = this.#documents.get(origin.file);
    if (document !== undefined && this.errors.length < maxListed) {
      const isScalar = typeof valueAt(document.value, origin.path) !== 'object';
      const part = isScalar ? 'value' : 'key';
      this.errors.push(
        mistakeError({ code, path: origin.path, part, reason, ...(hint !== undefined && { hint }) }, document),
      );
    }
  }

  /** Reports a reference to something that is not there. */
  addUnknown(origin: Origin, what: string, name: string, known: Iterable<string>): void {
    const nearest = nearestNames(name, known)[0];
    const hint = nearest === undefined ? `define it, or name one that exists` : `did you mean "${nearest}"?`;
    this.add('PROJECT_UNKNOWN_NAME', origin, `there is no ${what} "${name}"`, hint);
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

  positionOf(origin: Origin): SourcePosition {
    return this.#documents.get(origin.file)?.position(origin.path) ?? { file: origin.file };
  }
}

function writtenLength(document: TomlDocument, path: ConfigPath): number {
  let length = path.length;
  while (length > 0 && valueAt(document.value, path.slice(0, length)) === undefined) {
    length--;
  }
  return length;
}
