import type { SpecText } from '@slipway/spec';
import { macrosFileName } from './macros-file.ts';
import { type MacroFunction, rpmFunctions } from './spec-macros/builtin-macros.ts';
import { parseMacroReference } from './spec-macros/macro-reference.ts';
import { type KnownMacros, type SpecStatement, walkSpec } from './spec-macros/walk-spec.ts';

/** The files that a spec asks for. */
export interface SpecSources {
  /** In the order of the spec, each once. A local name may have directories; of a URL only the file name counts. */
  readonly names: readonly string[];
  /** What could not be expanded: tag values and lines that only rpm understands. Nothing may be left out then. */
  readonly undecided: readonly string[];
}

/**
 * Macros of distributions that make the address of a release archive out of the name and the version. Such a file is in
 * the lookaside, named in `sources`; it never lies beside the spec.
 */
const archiveMacros: ReadonlyMap<string, MacroFunction> = new Map(
  ['crates_source', 'pypi_source', 'gosource', 'forgesource', ...numbered('gosource'), ...numbered('forgesource')].map(
    (name) => [name, () => ''],
  ),
);

function numbered(name: string): string[] {
  return Array.from({ length: 10 }, (_, index) => `${name}${index}`);
}

/**
 * The names in Source and Patch tags, `%sourcelist` and `%patchlist`, in all branches of conditionals (overlays.md 3.3).
 * What the archive macros of distributions (`%{crates_source}`) name is left out. Throws `CORE_LIMIT`,
 * `SPEC_LINE_TOO_LONG`.
 */
export function sourcesOf(spec: SpecText, macros: KnownMacros = new Map()): SpecSources {
  const statements = walkSpec(spec, { macros, functions: archiveMacros }).filter(namesFile);
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
  return kind === 'generated' || ((undecided !== undefined || value.includes('%{')) && !isDecidedAtEnd(value));
}

/** Whether only rpm's own functions are left in an address, before its last element: rpm computes them for certain. */
function isDecidedAtEnd(value: string): boolean {
  if (!isUrl(value) || value.slice(value.lastIndexOf('/')).includes('%')) {
    return false;
  }
  for (let at = value.indexOf('%'); at >= 0; ) {
    const reference = parseMacroReference(value, at);
    const isFunction = reference.kind === 'name' && rpmFunctions.has(reference.name);
    if (!isFunction && reference.kind !== 'shell' && reference.kind !== 'expression') {
      return false;
    }
    at = value.indexOf('%', reference.end);
  }
  return true;
}

function isUrl(value: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(value);
}

/** Undefined for a value that names no file. */
function fileNameOf(value: string): string | undefined {
  const name = isUrl(value) ? fileNameOfUrl(value) : localName(value);
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
  readonly macros?: KnownMacros;
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
