import { lowered } from './letter-case.ts';
import type { OverlayMode } from './overlay.ts';
import { spaceEnd, tokensOf, trimmed, wordEnd } from './white-space.ts';

/** What a section holds: only `package` sections (and the preamble) have tags, only some belong to a package. */
export type SectionType = 'package' | 'script' | 'text' | 'files' | 'changelog' | 'file-list';

const scripts = `%prep %conf %build %install %check %clean %generate_buildrequires %pre %post %preun %postun %pretrans
%posttrans %preuntrans %postuntrans %verify %triggerin %triggerun %triggerprein %triggerpostun %filetriggerin
%filetriggerun %filetriggerpostun %transfiletriggerin %transfiletriggerun %transfiletriggerpostun`;

const sectionTypes: ReadonlyMap<string, SectionType> = new Map<string, SectionType>([
  ['%package', 'package'],
  ['%description', 'text'],
  ['%files', 'files'],
  ['%changelog', 'changelog'],
  ['%patchlist', 'file-list'],
  ['%sourcelist', 'file-list'],
  ...scripts.split(/\s+/).map((name) => [name, 'script'] as const),
]);

/** `name` as written, `tokens` with the name first. */
export interface Header {
  readonly name: string;
  readonly type: SectionType;
  readonly tokens: readonly string[];
}

interface Tag {
  readonly tag: string;
  readonly value: string;
}

/** A line whose first word names a section; blanks may come before it. */
export function parseHeader(line: string): Header | undefined {
  const word = directiveOf(line);
  const type = word === undefined ? undefined : sectionTypes.get(lowered(word));
  return type && { name: word as string, type, tokens: tokensOf(line) };
}

/** The first word of a line when it begins with a percent sign. */
export function directiveOf(line: string): string | undefined {
  const start = spaceEnd(line);
  return line.charCodeAt(start) === percent ? line.slice(start, wordEnd(line, start)) : undefined;
}

const percent = 0x25;
const colon = 0x3a;

/** A name without blank or colon, a colon at once, the value without blanks around it. A `#` at column 0 hides it. */
export function parseTag(line: string): Tag | undefined {
  if (line.startsWith('#') || !line.includes(':')) {
    return undefined;
  }
  const text = trimmed(line);
  let end = 0;
  for (let code = text.charCodeAt(0); code !== colon; code = text.charCodeAt(++end)) {
    if (isTagBlank(code)) {
      return undefined;
    }
  }
  let value = end + 1;
  while (isTagBlank(text.charCodeAt(value))) {
    value++;
  }
  return end === 0 ? undefined : { tag: text.slice(0, end), value: text.slice(value) };
}

/** What Go's regular expressions call white space: in ASCII only, and without the vertical tab. */
function isTagBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0c || code === 0x0d;
}

export type SpecLine =
  | ({ readonly kind: 'header' } & Header)
  | ({ readonly kind: 'tag' } & Tag)
  | { readonly kind: 'other' };

/** Reads one line that stands in a section of the given type. */
export function parseLine(line: string, inside: SectionType): SpecLine {
  const header = parseHeader(line);
  if (header !== undefined) {
    return { kind: 'header', ...header };
  }
  const tag = inside === 'package' ? parseTag(line) : undefined;
  return tag === undefined ? { kind: 'other' } : { kind: 'tag', ...tag };
}

/** The package that a header names, as written: the value of the last `-n`, else the first bare word, else nothing. */
export function packageOfHeader(type: SectionType, tokens: readonly string[], mode: OverlayMode): string {
  if (type === 'changelog' || type === 'file-list') {
    return '';
  }
  const { name, suffix } = headerWords(tokens, mode);
  return name ?? suffix ?? '';
}

export interface HeaderWords {
  /** After `-n`. */
  readonly name: string | undefined;
  /** The first word that belongs to no option. */
  readonly suffix: string | undefined;
}

export function headerWords(tokens: readonly string[], mode: OverlayMode): HeaderWords {
  const withValue = mode === 'april-2026' ? ['-f', '-p'] : ['-f', '-p', '-l', '-P'];
  let name: string | undefined;
  let suffix: string | undefined;
  for (let index = 1; index < tokens.length; index++) {
    const token = tokens[index] as string;
    if (token === '--' && mode !== 'april-2026') {
      break;
    }
    if (token === '-n') {
      name = tokens[++index] ?? name;
    } else if (withValue.includes(token)) {
      index++;
    } else if (!token.startsWith('-')) {
      suffix ??= token;
    }
  }
  return { name, suffix };
}
