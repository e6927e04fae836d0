import { SlipwayError } from '@slipway/core';
import { fromByteText, toByteText } from './byte-text.ts';
import { compileByteGlob } from './glob.ts';
import { equalFold, lowered } from './letter-case.ts';
import { insertAt } from './line-overlays.ts';
import { nearestLines } from './nearest-lines.ts';
import type { OverlayMode, PatchOverlay } from './overlay.ts';
import { trimmed } from './spec-line.ts';
import { sectionsOf, type TagLine, tagsOf } from './spec-sections.ts';
import { addTag } from './tag-overlays.ts';

type PatchAdd = Extract<PatchOverlay, { type: 'patch-add' }>;
type PatchRemove = Extract<PatchOverlay, { type: 'patch-remove' }>;

const patchList = '%patchlist';

/** The name a patch gets among the sources: without `file` the last component of `source`, as Go's filepath.Base. */
export function patchFileName({ file, source }: PatchAdd): string {
  return file || source.replace(/\/+$/, '').split('/').at(-1) || (source === '' ? '.' : '/');
}

/** At the end of `%patchlist` where there is one, else a tag with the next free number. */
export function addPatch(lines: readonly string[], overlay: PatchAdd, mode: OverlayMode): string[] {
  const lists = sectionsOf(lines, mode).filter(({ name }) => name === patchList);
  const file = patchFileName(overlay);
  if (lists.length > 0) {
    return lists.reduceRight<string[]>((result, { end }) => insertAt(result, end, [toByteText(file)]), [...lines]);
  }
  const tag = `Patch${highestPatchNumber(lines, mode) + 1n}`;
  const packageName = overlay.package === undefined ? {} : { package: overlay.package };
  return addTag(lines, { type: 'spec-add-tag', tag, value: file, ...packageName }, mode);
}

/** The largest number, -1 without patches. From August on `Patch:` without number counts from 0, as rpm does. */
function highestPatchNumber(lines: readonly string[], mode: OverlayMode): bigint {
  const tags = allTags(lines, mode).map(({ tag }) => tag);
  const bare = mode === 'april-2026' ? 0 : tags.filter((tag) => equalFold(tag, 'patch')).length;
  const numbers = [BigInt(bare) - 1n, ...tags.flatMap((tag) => patchNumber(tag) ?? [])];
  return numbers.reduce((highest, number) => (number > highest ? number : highest), -1n);
}

function allTags(lines: readonly string[], mode: OverlayMode): TagLine[] {
  return sectionsOf(lines, mode).flatMap((section) => tagsOf(lines, section));
}

const largestNumber = 2n ** 63n - 1n;

/** The number in `PatchN`, a signed 64-bit decimal; undefined for any other tag. */
function patchNumber(tag: string): bigint | undefined {
  const digits = /^patch([+-]?)([0-9]+)$/.exec(lowered(tag));
  if (digits === null) {
    return undefined;
  }
  const number = BigInt(digits[2] as string) * (digits[1] === '-' ? -1n : 1n);
  return number > largestNumber || number < -largestNumber - 1n ? undefined : number;
}

/** Numbered patch tags of all packages, and lines of `%patchlist`, whose text matches the pattern. */
export function removePatches(lines: readonly string[], overlay: PatchRemove, mode: OverlayMode): string[] {
  const candidates = patchEntries(lines, mode);
  const matches = candidates.length === 0 ? () => false : compileByteGlob(overlay.file ?? '');
  const gone = new Set(candidates.filter(({ text }) => matches(text)).map(({ line }) => line));
  if (gone.size === 0) {
    const shown = candidates.map(({ line, text }) => ({ line: line + 1, text: fromByteText(text) }));
    throw new SlipwayError('SPEC_NO_MATCH', `no patch of the spec matches ${JSON.stringify(overlay.file)}`, {
      hint: 'the pattern is matched against the whole value: *.patch does not cross a slash, **/name does',
      data: { nearest: nearestLines(shown, overlay.file ?? '') },
    });
  }
  return lines.filter((_, index) => !gone.has(index));
}

interface PatchEntry {
  readonly line: number;
  readonly text: string;
}

function patchEntries(lines: readonly string[], mode: OverlayMode): PatchEntry[] {
  const tags = allTags(lines, mode).filter(({ tag }) => patchNumber(tag) !== undefined);
  const listed = sectionsOf(lines, mode)
    .filter(({ name }) => name === patchList)
    .flatMap(({ body, end }) =>
      lines.slice(body, end).map((text, index) => ({ line: body + index, text: trimmed(text) })),
    )
    .filter(({ text }) => text !== '');
  return [...tags.map(({ line, value }) => ({ line, text: value })), ...listed];
}
