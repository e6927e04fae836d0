import { fromByteText, type Overlay } from '@slipway/spec';
import { textSimilarity } from '../explain/compare-characters.ts';
import { type ComponentState, takeOverlayStep } from '../explain/overlay-step.ts';
import type { OverlayChainOptions } from '../explain/prepared-component.ts';
import { outlineOf } from '../explain/spec-outline.ts';
import { linesOfVersion } from './file-delta.ts';
import { isMergedUpstream, type MergedFile } from './merge-delta.ts';
import { retargetRegex } from './retarget-regex.ts';

/** What to write in place of an overlay that breaks. Applied to the new upstream it makes the merged result. */
export interface OverlaySuggestion {
  /** Mostly one. */
  readonly overlays: readonly Overlay[];
  /** What differs from the overlay that breaks. */
  readonly why: string;
}

interface Bump {
  readonly overlay: Overlay;
  readonly now: ComponentState;
  readonly next: ComponentState;
  readonly merged: readonly MergedFile[];
}

/** Candidates that are tried: each costs as much as applying the overlay, so that large specs get fewer. */
const triedCandidates = { most: 150, least: 10, specBytes: 16 << 20 };
const triedScopes = 20;

/** The first candidate that makes exactly the merged result; undefined when the merge has a conflict or none does. */
export async function suggestOverlays(
  bump: Bump,
  options: OverlayChainOptions,
): Promise<{ suggestion: OverlaySuggestion; after: ComponentState } | undefined> {
  if (bump.merged.every(isMergedUpstream) || bump.merged.some(({ conflict }) => conflict !== undefined)) {
    return undefined;
  }
  const { most, least, specBytes } = triedCandidates;
  const tried = Math.min(most, Math.max(least, Math.floor(specBytes / (bump.next.spec.length + 1))));
  for (const suggestion of candidatesFor(bump).slice(0, tried)) {
    const result = await applyAll(bump.next, suggestion.overlays, options);
    if (result !== undefined && (await isMerged(bump, result))) {
      return { suggestion, after: result.state };
    }
  }
  return undefined;
}

interface Result {
  readonly state: ComponentState;
  /** Paths of the files that are not as they were. */
  readonly touched: readonly string[];
}

async function applyAll(
  state: ComponentState,
  overlays: readonly Overlay[],
  options: OverlayChainOptions,
): Promise<Result | undefined> {
  let result: Result = { state, touched: [] };
  for (const overlay of overlays) {
    const step = await takeOverlayStep(result.state, overlay, options);
    if (step.kind !== 'applied') {
      return undefined;
    }
    const touched = step.changes.flatMap(({ path, renamedFrom }) => [path, ...(renamedFrom ? [renamedFrom] : [])]);
    result = { state: step.after, touched: [...result.touched, ...touched] };
  }
  return result;
}

/** Whether every merged file is as the merge has it, and every other file as it was. */
async function isMerged({ next, merged }: Bump, { state, touched }: Result): Promise<boolean> {
  const wanted = new Map(merged.filter(({ isSpec }) => !isSpec).map(({ path, after }) => [path, after]));
  const made = new Set((await state.files.list()).map(({ path }) => path));
  if (touched.some((path) => path !== next.specName && !wanted.has(path))) {
    return false;
  }
  for (const [path, bytes] of wanted) {
    const is = made.has(path) ? await state.files.read(path) : undefined;
    if (bytes === undefined ? is !== undefined : is?.equals(bytes) !== true) {
      return false;
    }
  }
  return sameLines(merged.find(({ isSpec }) => isSpec)?.after ?? next.spec, state.spec);
}

/** Ends of lines do not count: the first overlay of a spec makes them all LF. */
function sameLines(a: Uint8Array, b: Uint8Array): boolean {
  return JSON.stringify(linesOfVersion(true, a)) === JSON.stringify(linesOfVersion(true, b));
}

function candidatesFor(bump: Bump): OverlaySuggestion[] {
  const scopes = scopesFor(bump);
  return [
    ...scopes,
    ...tagsFor(bump),
    ...filesFor(bump),
    ...[{ overlays: [bump.overlay], why: '' }, ...scopes].flatMap((scope) => regexesFor(bump, scope)),
  ];
}

/** The sections and packages that only the new spec has, those first that are written most like what the overlay names. */
function scopesFor({ overlay, now, next }: Bump): OverlaySuggestion[] {
  const { section = '', package: owner = '', ...rest } = overlay as Overlay & { section?: string; package?: string };
  if (section + owner === '') {
    return [];
  }
  const old = new Set(outlineOf(now.spec).map(({ header }) => header));
  const fresh = outlineOf(next.spec).filter(({ header }) => !old.has(header));
  const wanted = `${section} ${owner}`;
  const scopes = fresh
    .map((each) => ({ ...each, likeness: textSimilarity(wanted, each.header) }))
    .sort((a, b) => b.likeness - a.likeness)
    .slice(0, triedScopes)
    .map(({ name, package: named, header }) => {
      const scope = { ...(section !== '' && { section: name }), ...(named !== '' && { package: named }) };
      return { overlays: [{ ...rest, ...scope } as Overlay], why: `the section is written ${header} now` };
    });
  return uniqueSuggestions(scopes);
}

/** Tags that the new spec has in other words: another name, or for one that is removed another value. */
function tagsFor({ overlay, now, next }: Bump): OverlaySuggestion[] {
  if (!('tag' in overlay)) {
    return [];
  }
  const lines = (linesOfVersion(true, next.spec) ?? []).map(fromByteText);
  const old = new Set((linesOfVersion(true, now.spec) ?? []).map(fromByteText));
  const tags = outlineOf(next.spec)
    .flatMap(({ read }) => read.tags)
    .map(({ line, value }) => ({ text: (lines[line - 1] as string).trim(), value }))
    .filter(({ text }) => !old.has(text));
  const suggestions = tags.map(({ text, value }) => {
    const tag = text.slice(0, text.indexOf(':'));
    const isRemoval = overlay.type === 'spec-remove-tag' && Boolean(overlay.value);
    const changed = { ...overlay, tag, ...(isRemoval && { value }) } as Overlay;
    return { overlays: [changed], why: `the tag is ${text} now` };
  });
  return uniqueSuggestions(suggestions);
}

/** The names that the merge found, and for patches those that the new spec lists. */
function filesFor({ overlay, now, next, merged }: Bump): OverlaySuggestion[] {
  if (!('file' in overlay) || overlay.type === 'file-add' || overlay.type === 'patch-add') {
    return [];
  }
  const old = new Set(patchNames(now));
  const listed = overlay.type === 'patch-remove' ? patchNames(next).filter((name) => !old.has(name)) : [];
  const names = [
    ...merged.filter(({ isSpec, before }) => !isSpec && before !== undefined).map(({ path }) => path),
    ...listed,
  ];
  return names.map((file) => ({ overlays: [{ ...overlay, file: quoteGlob(file) }], why: `the file is ${file} now` }));
}

function patchNames({ spec }: ComponentState): string[] {
  const outline = outlineOf(spec);
  const tags = outline.flatMap(({ read }) => read.tags).filter(({ name }) => /^patch\d+$/i.test(name));
  const listed = outline.filter(({ name }) => name === '%patchlist').flatMap(({ read }) => read.lines);
  return [...tags.map(({ value }) => value), ...listed.map(({ text }) => text.trim())];
}

function quoteGlob(name: string): string {
  return name.replace(/[\\*?[\]{}]/g, '\\$&');
}

function regexesFor({ merged }: Bump, { overlays, why }: OverlaySuggestion): OverlaySuggestion[] {
  const [overlay] = overlays;
  if (overlay?.type !== 'spec-search-replace' && overlay?.type !== 'file-search-replace') {
    return [];
  }
  const [file] = merged;
  const from = linesOfVersion(file?.isSpec ?? true, file?.before);
  const to = linesOfVersion(file?.isSpec ?? true, file?.after);
  const lists = from === undefined || to === undefined ? [] : retargetRegex(overlay, from, to);
  const reason = 'the expression is for the text as it is now';
  return lists.map((each) => ({ overlays: each, why: why === '' ? reason : `${why}, and ${reason}` }));
}

function uniqueSuggestions(suggestions: readonly OverlaySuggestion[]): OverlaySuggestion[] {
  return [...new Map(suggestions.map((each) => [JSON.stringify(each.overlays), each])).values()];
}
