import { lowered } from './letter-case.ts';
import type { OverlayMode } from './overlay.ts';

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

export type SpecLine =
  /** `name` as written, `tokens` with the name first. */
  | { readonly kind: 'header'; readonly name: string; readonly type: SectionType; readonly tokens: readonly string[] }
  | { readonly kind: 'tag'; readonly tag: string; readonly value: string }
  | { readonly kind: 'other' };

/**
 * Unicode white space as bytes: ASCII, U+0085, U+00A0, U+1680, U+2000-200A, U+2028, U+2029, U+202F, U+205F, U+3000.
 * No byte that begins one of them continues another character, so searching in bytes is safe.
 */
const space =
  '(?:[\\t-\\r ]|\\xc2[\\x85\\xa0]|\\xe1\\x9a\\x80|\\xe2\\x80[\\x80-\\x8a\\xa8\\xa9\\xaf]|\\xe2\\x81\\x9f|\\xe3\\x80\\x80)';
const leadingSpace = new RegExp(`^${space}+`);
const anySpace = new RegExp(`${space}+`);
const lastSpace = new RegExp(`${space}$`);

/** Without white space at both ends, Unicode's included. */
export function trimmed(line: string): string {
  let text = line.replace(leadingSpace, '');
  for (let end = lastSpace.exec(text); end !== null; end = lastSpace.exec(text)) {
    text = text.slice(0, end.index);
  }
  return text;
}

export function tokensOf(line: string): string[] {
  const text = trimmed(line);
  return text === '' ? [] : text.split(anySpace);
}

/** A name without blank or colon, a colon at once, blanks (ASCII only), the value. */
const tagPattern = /^([^\t\n\f\r :]+):[\t\n\f\r ]*([^]*?)[\t\n\f\r ]*$/;

/** Reads one line, in a section of the given type. A `#` at column 0 hides anything. */
export function parseLine(line: string, inside: SectionType): SpecLine {
  const text = line.startsWith('#') ? '' : trimmed(line);
  if (text.startsWith('%')) {
    const tokens = text.split(anySpace);
    const name = tokens[0] as string;
    const type = sectionTypes.get(lowered(name));
    if (type !== undefined) {
      return { kind: 'header', name, type, tokens };
    }
  }
  const parts = inside === 'package' && text.includes(':') ? tagPattern.exec(text) : null;
  return parts === null ? { kind: 'other' } : { kind: 'tag', tag: parts[1] as string, value: parts[2] as string };
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
