import type { SpecText } from '@slipway/spec';
import { macrosFileName } from './macros-file.ts';
import { type SpecStatement, walkSpec } from './spec-macros/walk-spec.ts';

/** The files that a spec asks for. */
export interface SpecSources {
  /** In the order of the spec, each once. A local name may have directories; of a URL only the file name counts. */
  readonly names: readonly string[];
  /** What could not be expanded: tag values and lines that only rpm understands. Nothing may be left out then. */
  readonly undecided: readonly string[];
}

/**
 * The names in Source and Patch tags, `%sourcelist` and `%patchlist`, in all branches of conditionals (overlays.md 3.3).
 * `macros` are defined before the spec is read. Throws `CORE_LIMIT`, `SPEC_LINE_TOO_LONG`.
 */
export function sourcesOf(spec: SpecText, macros: ReadonlyMap<string, string> = new Map()): SpecSources {
  const statements = walkSpec(spec, { macros }).filter(namesFile);
  const [undecided, decided] = [statements.filter(isUndecided), statements.filter((each) => !isUndecided(each))];
  const names = decided.map(({ value }) => fileNameOf(value)).filter((name) => name !== undefined);
  return { names: [...new Set(names)], undecided: [...new Set(undecided.map(({ value }) => value))] };
}

/** A line that only rpm understands counts when it may become a Source or Patch tag; a macros file beside the spec may not. */
function namesFile({ kind, name, value }: SpecStatement): boolean {
  return kind === 'generated'
    ? /source|patch/i.test(value.replaceAll('%{_sourcedir}', '')) ||
        /^%(?:include\b|\{(?:lua|expand|include):|\()/.test(value)
    : kind === 'listed' || /^(?:source|patch)[0-9]*$/.test(name);
}

function isUndecided({ kind, undecided, value }: SpecStatement): boolean {
  return kind === 'generated' || undecided !== undefined || value.includes('%{');
}

/** Undefined for a value that names no file. */
function fileNameOf(value: string): string | undefined {
  const name = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(value) ? fileNameOfUrl(value) : localName(value);
  return name === '' || name === '.' || name === '..' ? undefined : name;
}

/** The last element of the path; a fragment that begins with `/` or `./` names the file instead. */
function fileNameOfUrl(url: string): string {
  const [address, fragment] = cut(url, '#');
  const path = /^\.?\//.test(fragment) ? fragment : decoded(cut(address, '?')[0]);
  return path.slice(path.lastIndexOf('/') + 1);
}

function cut(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Relative to the directory of the spec, without `.` and empty elements; nothing outside of it is a name. */
function localName(value: string): string {
  const elements = value.split('/').filter((element) => element !== '' && element !== '.');
  return value.startsWith('/') || elements.includes('..') ? '' : elements.join('/');
}

export interface FilterInput {
  readonly component: string;
  readonly spec: SpecText;
  readonly macros?: ReadonlyMap<string, string>;
  /** `render.skip-file-filter`. */
  readonly skipFilter?: boolean;
}

export interface FilteredFiles {
  /** Of the given files, in their order. */
  readonly kept: readonly string[];
  /** Why nothing was left out, when the spec could not be read far enough. */
  readonly note?: string;
}

/**
 * Which files beside a spec belong to the rendered component (overlays.md 3.3): the spec, `sources`, the macros file,
 * and what lies at or below the first path element of each name that the spec asks for. All of them when a name is
 * undecided. `files` are relative paths.
 */
export function keptFiles(
  files: readonly string[],
  { component, spec, macros, skipFilter }: FilterInput,
): FilteredFiles {
  if (skipFilter === true) {
    return { kept: files };
  }
  const { names, undecided } = sourcesOf(spec, macros);
  const [example] = undecided;
  if (example !== undefined) {
    return { kept: files, note: `all files are kept: only rpm can tell what ${shortened(example)} names` };
  }
  const wanted = new Set([`${component}.spec`, 'sources', macrosFileName(component), ...names.map(firstElement)]);
  return { kept: files.filter((path) => wanted.has(firstElement(path))) };
}

function firstElement(path: string): string {
  return cut(path, '/')[0];
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
