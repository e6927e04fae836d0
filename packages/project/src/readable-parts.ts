export interface ReadableParts {
  /** The text with empty lines in place of what cannot be read, so that places stay as they are. */
  readonly readable: string;
  readonly unread: string;
}

/** Tables before a mistake that are given up in turn when it began earlier than it showed. */
const attempts = 8;

/**
 * What of a TOML text can be read although a line of it (counted from 1) is wrong: everything but the table with that
 * line, else the tables before it. `isReadable` parses.
 */
export function readableParts(text: string, line: number, isReadable: (text: string) => boolean): ReadableParts {
  const lines = text.split('\n');
  const headers = [0, ...lines.flatMap((content, index) => (/^[ \t]*\[/.test(content) ? [index] : []))];
  const within = headers.findLastIndex((header) => header < line);
  const end = headers[within + 1] ?? lines.length;
  const withoutTable = blank(lines, headers[within] ?? 0, end);
  if (isReadable(withoutTable.readable)) {
    return withoutTable;
  }
  for (let back = 0; back < attempts; back++) {
    const start = headers[within - (2 ** back - 1)];
    const before = blank(lines, start ?? 0, lines.length);
    if (start === undefined || isReadable(before.readable)) {
      return before;
    }
  }
  return blank(lines, 0, lines.length);
}

function blank(lines: readonly string[], start: number, end: number): ReadableParts {
  return {
    readable: lines.map((line, index) => (index >= start && index < end ? '' : line)).join('\n'),
    unread: lines.slice(start, end).join('\n'),
  };
}
