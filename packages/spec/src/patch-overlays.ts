import { SlipwayError } from '@slipway/core';
import { fromByteText, toByteText } from './byte-text.ts';
import { compileByteGlob } from './glob.ts';
import { equalFold, lowered } from './letter-case.ts';
import { nearestLater, nearestLines } from './nearest-lines.ts';
import type { OverlayMode, PatchOverlay } from './overlay.ts';
import { insertion, type LineSplice, removal, type SpecLines } from './spec-lines.ts';
import { sectionsOf, type TagLine, tagsOf } from './spec-sections.ts';
import { planAddTag } from './tag-overlays.ts';
import { trimmed } from './white-space.ts';

type PatchAdd = Extract<PatchOverlay, { type: 'patch-add' }>;
type PatchRemove = Extract<PatchOverlay, { type: 'patch-remove' }>;

const patchList = '%patchlist';

/** The name a patch gets among the sources: without `file` the last component of `source`, as Go's filepath.Base. */
export function patchFileName({ file, source }: PatchAdd): string {
  return file || source.replace(/\/+$/, '').split('/').at(-1) || (source === '' ? '.' : '/');
}

/** At the end of `%patchlist` where there is one, else a tag with the next free number. */
export function planAddPatch(lines: SpecLines, overlay: PatchAdd, mode: OverlayMode): LineSplice[] {
  const lists = sectionsOf(lines, mode).filter(({ name }) => name === patchList);
  const file = patchFileName(overlay);
  if (lists.length > 0) {
    return lists.map(({ end }) => insertion(end, [toByteText(file)]));
  }
  // in 64 bits, as Go counts: after the largest number comes the smallest
  const tag = `Patch${BigInt.asIntN(64, highestPatchNumber(lines, mode) + 1n)}`;
  const packageName = overlay.package === undefined ? {} : { package: overlay.package };
  return planAddTag(lines, { type: 'spec-add-tag', tag, value: file, ...packageName }, mode);
}

/** The largest number, -1 without patches. From August on `Patch:` without number counts from 0, as rpm does. */
function highestPatchNumber(lines: SpecLines, mode: OverlayMode): bigint {
  const tags = allTags(lines, mode).map(({ tag }) => tag);
  const bare = mode === 'april-2026' ? 0 : tags.filter((tag) => equalFold(tag, 'patch')).length;
  const numbers = [BigInt(bare) - 1n, ...tags.flatMap((tag) => patchNumber(tag) ?? [])];
  return numbers.reduce((highest, number) => (number > highest ? number : highest), -1n);
}

function allTags(lines: SpecLines, mode: OverlayMode): TagLine[] {
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
export function planRemovePatches(lines: SpecLines, overlay: PatchRemove, mode: OverlayMode): LineSplice[] {
  const candidates = patchEntries(lines, mode);
  const matches = candidates.length === 0 ? () => false : compileByteGlob(overlay.file ?? '');
  const gone = candidates.filter(({ text }) => matches(text)).map(({ line }) => line);
  if (gone.length === 0) {
    throw new SlipwayError('SPEC_NO_MATCH', `no patch of the spec matches ${JSON.stringify(overlay.file)}`, {
      hint: 'the pattern is matched against the whole value: *.patch does not cross a slash, **/name does',
      data: nearestLater(() => {
        const shown = candidates.map(({ line, text }) => ({ line: line + 1, text: fromByteText(text) }));
        return nearestLines(shown, overlay.file ?? '');
      }),
    });
  }
  return gone.sort((a, b) => a - b).map((line) => removal(line));
}

interface PatchEntry {
  readonly line: number;
  readonly text: string;
}

function patchEntries(lines: SpecLines, mode: OverlayMode): PatchEntry[] {
  const tags = allTags(lines, mode).filter(({ tag }) => patchNumber(tag) !== undefined);
  const listed = sectionsOf(lines, mode)
    .filter(({ name }) => name === patchList)
    .flatMap(({ body, end }) =>
      lines.slice(body, end).map((text, index) => ({ line: body + index, text: trimmed(text) })),
    )
    .filter(({ text }) => text !== '');
  return [...tags.map(({ line, value }) => ({ line, text: value })), ...listed];
}
