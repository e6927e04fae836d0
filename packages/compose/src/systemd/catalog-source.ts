import { SlipwayError, type SourcePosition } from '@slipway/core';
import type { ConfigFile } from '../accounts.ts';

/** One explanation of a message; texts are byte strings (one `latin1` character is one byte). */
export interface CatalogEntry {
  /** 32 lower-case hexadecimal digits. */
  readonly id: string;
  /** Locale, for example `de` or `pt_BR`; empty for the default. */
  readonly language: string;
  /** Headers (`Subject: …`), an empty line, and the body. */
  readonly text: string;
}

/** One byte of the 32 is the end of the string. */
const longestLanguage = 31;

/**
 * Reads a journal catalog file: entries that begin with a line `-- ID` or `-- ID LANGUAGE` after an empty line.
 * The file's own language is in its name (`systemd.de.catalog`). Throws COMPOSE_BAD_CONFIG with the line.
 * Source: systemd, "Message Catalogs".
 */
export function parseCatalogSource(file: ConfigFile): CatalogEntry[] {
  const fileLanguage = languageOf(file.path);
  const entries: CatalogEntry[] = [];
  let current: { id: string; language: string; text: string } | undefined;
  let afterEmpty = true;
  for (const [index, line] of Buffer.from(file.text)
    .toString('latin1')
    .split(/\r\n|[\n\r\0]/)
    .entries()) {
    const at = { file: file.path, line: index + 1 };
    if (line === '') {
      afterEmpty = true;
    } else if (!/^[#;]/.test(line)) {
      const start = afterEmpty ? /^-- ([0-9a-fA-F]{32})(?: (.*))?$/.exec(line) : null;
      if (start !== null) {
        entries.push(...finished(current, at));
        const named = start[2] === undefined ? '' : checkedLanguage(start[2].trim(), at);
        current = { id: (start[1] as string).toLowerCase(), language: named || fileLanguage, text: '' };
      } else if (current === undefined) {
        throw badCatalog('there is text before the first id', at);
      } else {
        current.text += `${afterEmpty ? '\n' : ''}${line}\n`;
      }
      afterEmpty = false;
    }
  }
  return [...entries, ...finished(current, { file: file.path })];
}

function finished(entry: CatalogEntry | undefined, at: SourcePosition): CatalogEntry[] {
  if (entry?.text === '') {
    throw badCatalog(`the entry ${entry.id} has no text`, at);
  }
  return entry === undefined ? [] : [entry];
}

/** `de` of `systemd.de.catalog`; empty for `systemd.catalog`. */
function languageOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return new RegExp(`\\.([^.]{1,${longestLanguage}})\\.catalog$`).exec(name)?.[1] ?? '';
}

function checkedLanguage(language: string, at: SourcePosition): string {
  if (language.length < 2 || language.length > longestLanguage) {
    throw badCatalog(`a language has 2 to ${longestLanguage} characters, not ${JSON.stringify(language)}`, at);
  }
  return language;
}

function badCatalog(reason: string, at: SourcePosition): SlipwayError {
  return new SlipwayError('COMPOSE_BAD_CONFIG', `Cannot read message catalog: ${reason}`, { at });
}
