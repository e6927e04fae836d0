import { SlipwayError } from '@slipway/core';

/** One paragraph of a Debian control file: field names in lower case; continuation lines keep their newline. */
export type Paragraph = ReadonlyMap<string, string>;

/** Bounds of one control text; the largest in Debian testing (a kernel's Sources paragraph) has 60 KiB. */
const paragraphLimitBytes = 8 << 20;
const fieldLimit = 1000;

const fieldPattern = /^([!-9;-~]+):[ \t]*(.*)$/;

/**
 * Reads deb822 text (deb-control(5)): paragraphs of `Field: value`, continuation lines begin with a blank,
 * `#` in the first column begins a comment. Throws `UPSTREAM_BAD_PACKAGE` with the line.
 */
export function parseParagraphs(text: string, file: string): Paragraph[] {
  if (text.length > paragraphLimitBytes) {
    throw new SlipwayError('UPSTREAM_BAD_PACKAGE', `Cannot read ${file}: larger than ${paragraphLimitBytes} bytes`);
  }
  const paragraphs: Paragraph[] = [];
  let fields = new Map<string, string>();
  let current: string | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (line.trim() === '') {
      if (fields.size > 0) {
        paragraphs.push(fields);
      }
      fields = new Map();
      current = undefined;
    } else if (!line.startsWith('#')) {
      current = addLine(fields, current, line, { file, line: index + 1 });
    }
  }
  return fields.size > 0 ? [...paragraphs, fields] : paragraphs;
}

/** The only paragraph of a text that must have exactly one, such as DEBIAN/control. */
export function parseSingleParagraph(text: string, file: string): Paragraph {
  const [paragraph, extra] = parseParagraphs(text, file);
  if (paragraph === undefined || extra !== undefined) {
    throw new SlipwayError('UPSTREAM_BAD_PACKAGE', `Cannot read ${file}: it must have exactly one paragraph`);
  }
  return paragraph;
}

function addLine(
  fields: Map<string, string>,
  current: string | undefined,
  line: string,
  at: { file: string; line: number },
): string {
  if (line.startsWith(' ') || line.startsWith('\t')) {
    if (current === undefined) {
      throw new SlipwayError('UPSTREAM_BAD_PACKAGE', `Cannot read ${at.file}: a continuation line continues nothing`, {
        at,
      });
    }
    fields.set(current, `${fields.get(current)}\n${line.slice(1)}`);
    return current;
  }
  const match = fieldPattern.exec(line);
  const name = match?.[1]?.toLowerCase();
  if (name === undefined || fields.has(name) || fields.size >= fieldLimit) {
    const reason = name === undefined ? 'not a field' : fields.has(name) ? `${name} comes twice` : 'too many fields';
    throw new SlipwayError('UPSTREAM_BAD_PACKAGE', `Cannot read ${at.file}: ${reason}`, { at });
  }
  fields.set(name, (match?.[2] ?? '').trimEnd());
  return name;
}

/** Folds a value that may be written on several lines, such as Depends, into one line. */
export function foldedField(paragraph: Paragraph, name: string): string {
  return (paragraph.get(name) ?? '').replace(/\s*\n\s*/g, ' ').trim();
}

/** The value of a field that must be there; throws `UPSTREAM_BAD_PACKAGE`. */
export function requiredField(paragraph: Paragraph, name: string, file: string): string {
  const value = paragraph.get(name);
  if (value === undefined || value === '') {
    throw new SlipwayError('UPSTREAM_BAD_PACKAGE', `Cannot read ${file}: the field ${name} is missing`, {
      at: { file },
    });
  }
  return value;
}
