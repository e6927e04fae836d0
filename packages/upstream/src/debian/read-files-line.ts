import { SlipwayError, type SourcePosition } from '@slipway/core';
import { fileFlags, type SpecFile } from './spec-file.ts';
import { unescapeMacros } from './spec-text.ts';

/** `%defattr(file mode, user, group, directory mode)`: applies to the lines that follow. */
interface Defaults {
  readonly mode: number | undefined;
  readonly directoryMode: number | undefined;
  readonly user: string;
  readonly group: string;
}

const flagBits = new Map(fileFlags);

/** Reads the lines of a %files section. Throws `UPSTREAM_BAD_SPEC` with the line. */
export class FilesReader {
  readonly files: SpecFile[] = [];
  readonly excluded: string[] = [];
  #defaults: Defaults = { mode: undefined, directoryMode: undefined, user: '-', group: '-' };

  read(line: string, at: SourcePosition): void {
    const text = line.trim();
    const defattr = /^%defattr\(([^)]*)\)$/.exec(text);
    if (defattr !== null) {
      const [mode = '-', user = '-', group = '-', directoryMode = '-'] = splitArguments(defattr[1]);
      this.#defaults = { mode: parseMode(mode, at), directoryMode: parseMode(directoryMode, at), user, group };
    } else if (text.startsWith('%exclude ')) {
      this.excluded.push(readPath(text.slice('%exclude '.length).trim(), at));
    } else if (text !== '' && !text.startsWith('#')) {
      this.files.push(this.#readFile(text, at));
    }
  }

  #readFile(text: string, at: SourcePosition): SpecFile {
    const directives: string[] = [];
    let rest = text;
    for (let match = nextDirective(rest); match !== null; match = nextDirective(rest)) {
      directives.push(match[1] as string);
      rest = rest.slice(match[0].length);
    }
    const file = this.#applyDirectives(directives, at);
    return { ...file, path: readPath(rest, at), line: at.line ?? 0 };
  }

  #applyDirectives(directives: readonly string[], at: SourcePosition): Omit<SpecFile, 'path' | 'line'> {
    const { user, group } = this.#defaults;
    const isDirectory = directives.includes('%dir');
    let file: Omit<SpecFile, 'path' | 'line'> = {
      isDirectory,
      mode: isDirectory ? this.#defaults.directoryMode : this.#defaults.mode,
      ...{ user, group, flags: 0, lang: '', caps: '', device: undefined },
    };
    for (const directive of directives) {
      file = applyDirective(file, directive.replace(/\s+/g, ''), at);
    }
    return file;
  }
}

/** A directive with its arguments, at the beginning of what is left; `%%` begins a path. */
function nextDirective(text: string): RegExpExecArray | null {
  return /^(%(?!%)[a-z]+(?:\([^)]*\))?)(?:\s+|$)/.exec(text);
}

function applyDirective(
  file: Omit<SpecFile, 'path' | 'line'>,
  directive: string,
  at: SourcePosition,
): Omit<SpecFile, 'path' | 'line'> {
  const bits = flagBits.get(directive);
  if (bits !== undefined) {
    return { ...file, flags: file.flags | bits };
  }
  const [, name = directive, inside = ''] = /^%([a-z]+)\((.*)\)$/.exec(directive) ?? [];
  const [first = '-', second = '-', third = '-'] = splitArguments(inside);
  switch (name) {
    case '%dir':
      return file;
    case 'attr':
      return { ...file, mode: parseMode(first, at), user: second, group: third };
    case 'lang':
      return { ...file, lang: splitArguments(inside).join('|') };
    case 'caps':
      return { ...file, caps: inside };
    case 'dev':
      return { ...file, device: parseDevice([first, second, third], at) };
    case 'verify':
      return file; // what is verified is not part of an imported package
    default:
      throw badSpec(`${directive} is not a directive of %files that the import reads`, at);
  }
}

function parseMode(text: string, at: SourcePosition): number | undefined {
  if (text === '-') {
    return undefined;
  }
  if (!/^[0-7]{1,5}$/.test(text) || Number.parseInt(text, 8) > 0o7777) {
    throw badSpec(`${text} is not a file mode in octal`, at);
  }
  return Number.parseInt(text, 8);
}

function parseDevice([type, major, minor]: readonly [string, string, string], at: SourcePosition): SpecFile['device'] {
  const numbers = [Number(major), Number(minor)];
  if (
    (type !== 'b' && type !== 'c') ||
    !numbers.every((value) => Number.isInteger(value) && value >= 0 && value < 256)
  ) {
    throw badSpec('a device has the form %dev(b or c, major, minor), with numbers below 256', at);
  }
  return { type, major: Number(major), minor: Number(minor) };
}

function splitArguments(text = ''): string[] {
  return text
    .split(',')
    .map((argument) => argument.trim())
    .filter((argument) => argument !== '');
}

/** One literal path, in quotes when it has blanks; patterns are refused, because they would hide what changes. */
function readPath(text: string, at: SourcePosition): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(text)?.[1];
  const raw = quoted ?? text;
  if (!raw.startsWith('/') || (quoted === undefined && /\s/.test(raw))) {
    throw badSpec(`a line of %files ends with one absolute path, not with ${JSON.stringify(text.slice(0, 200))}`, at);
  }
  const literal = unescapeMacros(raw, at);
  if (/(?:^|[^\\])(?:\\\\)*[*?[\]{}]/.test(literal)) {
    throw badSpec('%files lists every path of an imported package: patterns are not read', at);
  }
  const path = literal.replace(/\\(.)/g, '$1');
  const parts = path.slice(1).split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw badSpec(`${path} is not a normalised path`, at);
  }
  return path;
}

function badSpec(reason: string, at: SourcePosition): SlipwayError {
  return new SlipwayError('UPSTREAM_BAD_SPEC', `Cannot read the imported spec: ${reason}`, { at });
}
