import { type AST, parseTOML } from 'toml-eslint-parser';
import type { ConfigPath } from './project.ts';

/** A place in a text; line and column count from 1, columns in UTF-16 units. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** The lines that something was written on, with the comment that belongs to it. */
export interface WrittenLines {
  readonly firstLine: number;
  readonly lastLine: number;
  /** Comment lines directly above, without their `#`; for the first item of a file all above; empty for none. */
  readonly comment: readonly string[];
}

/** Where the key and the value of a path stand. */
interface Places {
  readonly key: TextPlace;
  readonly value: TextPlace;
  /** A table continues in the headers of its sub-tables. */
  lastLine: number;
  /** Written as a table header, not as a key with a value. */
  readonly isTable: boolean;
}

/**
 * Every path of a TOML text with its place. Only built when a place is asked for: it costs ten times as much as
 * parsing. The parser's syntax tree is used, never its values.
 */
export class TomlPositions {
  readonly #places = new Map<string, Places>();
  /** Comments that have a line for themselves, by line. */
  readonly #comments = new Map<number, string>();
  /** Lines with the header of a table. */
  readonly #headers = new Set<number>();
  /** Line of the first item. */
  #firstLine = 0;

  constructor(text: string) {
    try {
      const program = parseTOML(text, { tomlVersion: '1.1' });
      this.#firstLine = program.body[0].body[0]?.loc.start.line ?? 0;
      for (const item of program.body[0].body) {
        this.#addItem(item);
      }
      this.#addComments(text, program.comments);
    } catch {
      // The text is known to be TOML; where the two parsers disagree, the file itself is the place.
    }
  }

  /** The place of the longest part of `path` that was written. */
  find(path: ConfigPath, part: 'key' | 'value' = 'key'): TextPlace {
    for (let length = path.length; length > 0; length--) {
      const places = this.#places.get(pathKey(path, length));
      if (places !== undefined) {
        return length === path.length ? places[part] : places.key;
      }
    }
    return { line: 1, column: 1 };
  }

  /** The lines of exactly this path; undefined when it was not written. */
  lines(path: ConfigPath): WrittenLines | undefined {
    const places = this.#places.get(pathKey(path, path.length));
    if (places === undefined || path.length === 0) {
      return undefined;
    }
    const firstLine = places.key.line;
    const own = firstLine === this.#firstLine ? [...this.#commentsBefore(firstLine)] : this.#commentAbove(firstLine);
    const isFirstKey = !places.isTable && this.#headers.has(firstLine - 1);
    const comment = own.length === 0 && isFirstKey ? this.#commentAbove(firstLine - 1) : own;
    return { firstLine, lastLine: places.lastLine, comment };
  }

  /** Blocks are kept apart by an empty line. */
  *#commentsBefore(line: number): Iterable<string> {
    let last = line;
    for (const [at, comment] of this.#comments) {
      if (at < line) {
        yield* at > last + 1 ? ['', comment] : [comment];
        last = at;
      }
    }
  }

  #commentAbove(line: number): string[] {
    let first = line;
    while (this.#comments.has(first - 1)) {
      first--;
    }
    return Array.from({ length: line - first }, (_, index) => this.#comments.get(first + index) as string);
  }

  #addComments(text: string, comments: readonly AST.Comment[]): void {
    for (const { value, loc, range } of comments) {
      const lineStart = text.lastIndexOf('\n', range[0] - 1) + 1;
      if (text.slice(lineStart, range[0]).trim() === '') {
        this.#comments.set(loc.start.line, value);
      }
    }
  }

  #addItem(item: AST.TOMLKeyValue | AST.TOMLTable): void {
    if (item.type === 'TOMLKeyValue') {
      this.#addKeyValue([], item);
      return;
    }
    const path = item.resolvedKey;
    this.#addTableKey(path, item);
    for (const member of item.body) {
      this.#addKeyValue(path, member);
    }
  }

  /** `resolvedKey` has the index of a list entry after the key of the list; the header has keys only. */
  #addTableKey(path: ConfigPath, item: AST.TOMLTable): void {
    this.#headers.add(item.loc.start.line);
    let keyIndex = -1;
    path.forEach((part, index) => {
      keyIndex += typeof part === 'string' ? 1 : 0;
      const place = placeOf(item.key.keys[keyIndex] ?? item);
      this.#add(path, index + 1, { key: place, value: place, lastLine: item.loc.end.line, isTable: true });
    });
  }

  #addKeyValue(base: ConfigPath, item: AST.TOMLKeyValue): void {
    const path = [...base];
    item.key.keys.forEach((part, index) => {
      path.push(part.type === 'TOMLBare' ? part.name : part.value);
      const last = index === item.key.keys.length - 1;
      this.#add(path, path.length, {
        key: placeOf(part),
        value: placeOf(last ? item.value : part),
        lastLine: item.loc.end.line,
        isTable: false,
      });
    });
    this.#addContent(path, item.value);
  }

  #addContent(path: ConfigPath, value: AST.TOMLContentNode): void {
    if (value.type === 'TOMLInlineTable') {
      for (const member of value.body) {
        this.#addKeyValue(path, member);
      }
    } else if (value.type === 'TOMLArray') {
      value.elements.forEach((element, index) => {
        const place = placeOf(element);
        const lastLine = element.loc.end.line;
        this.#add([...path, index], path.length + 1, { key: place, value: place, lastLine, isTable: false });
        this.#addContent([...path, index], element);
      });
    }
  }

  #add(path: ConfigPath, length: number, places: Places): void {
    const key = pathKey(path, length);
    const earlier = this.#places.get(key);
    if (earlier === undefined) {
      this.#places.set(key, places);
    } else {
      earlier.lastLine = Math.max(earlier.lastLine, places.lastLine);
    }
  }
}

function pathKey(path: ConfigPath, length: number): string {
  return JSON.stringify(length === path.length ? path : path.slice(0, length));
}

function placeOf(node: { readonly loc: AST.SourceLocation }): TextPlace {
  return { line: node.loc.start.line, column: node.loc.start.column + 1 };
}
