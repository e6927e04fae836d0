import type { ErrorCode } from '@slipway/core';
import { compileFileGlob, fromByteText, type NumberedLine, type Overlay } from '@slipway/spec';
import type { ComponentState } from './overlay-step.ts';
import { literalOfRegex, parseRegexElements } from './regex-elements.ts';
import { linesOfSpec, type OutlineSection, outlineOf } from './spec-outline.ts';

/** A line of the spec or of a source file, or the name of a file, that an overlay could have meant. */
export interface WishCandidate extends NumberedLine {
  /** The source file; absent for the spec. For a file name, `line` is 0. */
  readonly path?: string;
  /** The part that is compared; default: the whole text. */
  readonly compared?: string;
}

/** What an overlay looked for in vain, and the lines among which it looked. */
export interface OverlayWish {
  /** Literal text. */
  readonly wanted: string;
  readonly candidates: readonly WishCandidate[];
}

/** Larger files have no lines that a person would look through. */
const searchedFileBytes = 1 << 20;
const searchedFiles = 50;

/** What the error of an overlay was about; undefined when it was not about something that is absent. */
export async function wishOfOverlay(
  state: ComponentState,
  overlay: Overlay,
  code: ErrorCode,
): Promise<OverlayWish | undefined> {
  switch (code) {
    case 'SPEC_NO_SECTION':
      return { wanted: headerOf(overlay), candidates: headers(outlineOf(state.spec)) };
    case 'SPEC_NO_TAG':
      return 'tag' in overlay ? tagWish(state, overlay) : undefined;
    case 'SPEC_NO_FILE':
      return 'file' in overlay ? { wanted: overlay.file ?? '', candidates: await fileNames(state) } : undefined;
    case 'SPEC_NO_MATCH':
      return matchWish(state, overlay);
    default:
      return undefined;
  }
}

async function matchWish(state: ComponentState, overlay: Overlay): Promise<OverlayWish | undefined> {
  if (overlay.type === 'spec-search-replace') {
    return { wanted: literalOf(overlay.regex), candidates: linesInScope(outlineOf(state.spec), overlay) };
  }
  if (overlay.type === 'patch-remove') {
    return { wanted: overlay.file, candidates: patches(outlineOf(state.spec)) };
  }
  if (overlay.type === 'file-search-replace') {
    return { wanted: literalOf(overlay.regex), candidates: await linesOfFiles(state, overlay.file) };
  }
  return undefined;
}

/** The body lines that a search-and-replace overlay looks at: an absent section or package means all. */
export function linesInScope(
  outline: readonly OutlineSection[],
  scope: { readonly section?: string; readonly package?: string },
): NumberedLine[] {
  return outline
    .filter((each) => isWithin(each.name, scope.section) && isWithin(each.package, scope.package))
    .flatMap(({ read }) => [...read.lines]);
}

function isWithin(name: string, wanted: string | undefined): boolean {
  return wanted === undefined || wanted === '' || wanted === name;
}

function literalOf(regex: string): string {
  return literalOfRegex(parseRegexElements(regex)[0] ?? []);
}

/** `-n` is what a whole name stands after; whether the package is named by it is not known here. */
function headerOf(overlay: Overlay): string {
  const section = 'section' in overlay && overlay.section ? overlay.section : '%package';
  const owner = 'package' in overlay ? overlay.package : undefined;
  return owner ? `${section} ${owner}` : section;
}

function headers(outline: readonly OutlineSection[]): WishCandidate[] {
  return outline.filter(({ name }) => name !== '').map(({ read, header }) => ({ line: read.line, text: header }));
}

function tagWish(state: ComponentState, overlay: Extract<Overlay, { tag: string }>): OverlayWish {
  const withValue = overlay.type === 'spec-remove-tag' && overlay.value ? overlay.value : undefined;
  const lines = linesOfSpec(state.spec);
  const candidates = outlineOf(state.spec)
    .flatMap(({ read }) => read.tags)
    .map(({ line }) => {
      const text = fromByteText(lines[line - 1] as string);
      return withValue === undefined ? { line, text, compared: text.slice(0, text.indexOf(':') + 1) } : { line, text };
    });
  return { wanted: withValue === undefined ? `${overlay.tag}:` : `${overlay.tag}: ${withValue}`, candidates };
}

/** The values of patch tags and the lines of patch lists. */
function patches(outline: readonly OutlineSection[]): WishCandidate[] {
  const tags = outline.flatMap(({ read }) => read.tags).filter(({ name }) => /^patch\d*$/i.test(name));
  const listed = outline.filter(({ read }) => read.kind === '%patchlist').flatMap(({ read }) => read.lines);
  return [
    ...tags.map(({ line, name, value }) => ({ line, text: `${name}: ${value}`, compared: value })),
    ...listed.filter(({ text }) => text.trim() !== ''),
  ];
}

async function fileNames(state: ComponentState): Promise<WishCandidate[]> {
  return (await state.files.list())
    .filter(({ path }) => !path.endsWith('.spec') && !path.startsWith('.git/'))
    .map(({ path }) => ({ line: 0, text: path, path }));
}

async function linesOfFiles(state: ComponentState, pattern: string): Promise<WishCandidate[]> {
  const matches = compileFileGlob(pattern);
  const names = (await fileNames(state)).map(({ text }) => text).filter((path) => matches(path));
  const candidates: WishCandidate[] = [];
  for (const path of names.slice(0, searchedFiles)) {
    const bytes = await state.files.read(path);
    if (bytes.length <= searchedFileBytes) {
      const lines = bytes.toString('utf8').split('\n');
      candidates.push(...lines.map((text, index) => ({ line: index + 1, text, path })));
    }
  }
  return candidates;
}
