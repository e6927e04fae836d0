import { type AST, parseTOML } from 'toml-eslint-parser';
import type { ConfigPath } from './project.ts';

/** A place in a text; line and column count from 1, columns in UTF-16 units. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** Where the key and the value of a path stand. */
interface Places {
  readonly key: TextPlace;
  readonly value: TextPlace;
}

/**
 * Every path of a TOML text with its place. Only built when a place is asked for: it costs ten times as much as
 * parsing. The parser's syntax tree is used, never its values.
 */
export class TomlPositions {
  readonly #places = new Map<string, Places>();

  constructor(text: string) {
    try {
      for (const item of parseTOML(text, { tomlVersion: '1.1' }).body[0].body) {
        this.#addItem(item);
      }
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
    let keyIndex = -1;
    path.forEach((part, index) => {
      keyIndex += typeof part === 'string' ? 1 : 0;
      const place = placeOf(item.key.keys[keyIndex] ?? item);
      this.#add(path, index + 1, { key: place, value: place });
    });
  }

  #addKeyValue(base: ConfigPath, item: AST.TOMLKeyValue): void {
    const path = [...base];
    item.key.keys.forEach((part, index) => {
      path.push(part.type === 'TOMLBare' ? part.name : part.value);
      const last = index === item.key.keys.length - 1;
      this.#add(path, path.length, { key: placeOf(part), value: placeOf(last ? item.value : part) });
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
        this.#add([...path, index], path.length + 1, { key: place, value: place });
        this.#addContent([...path, index], element);
      });
    }
  }

  #add(path: ConfigPath, length: number, places: Places): void {
    const key = pathKey(path, length);
    if (!this.#places.has(key)) {
      this.#places.set(key, places);
    }
  }
}

function pathKey(path: ConfigPath, length: number): string {
  return JSON.stringify(length === path.length ? path : path.slice(0, length));
}

function placeOf(node: { readonly loc: AST.SourceLocation }): TextPlace {
  return { line: node.loc.start.line, column: node.loc.start.column + 1 };
}
