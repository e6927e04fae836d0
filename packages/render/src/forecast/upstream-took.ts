import { fromByteText, nearestLines, type Overlay, type SourceFiles } from '@slipway/spec';
import { textSimilarity } from '../explain/compare-characters.ts';
import type { ComponentState } from '../explain/overlay-step.ts';
import { linesOfSpec, outlineOf } from '../explain/spec-outline.ts';
import { changedLines, type FileDelta } from './file-delta.ts';
import { isMergedUpstream, type MergedFile } from './merge-delta.ts';
import { containsPatch, isPatched, parsePatchChanges } from './patch-changes.ts';

/** An overlay, what it does to the upstream of now, and the new upstream before it. */
export interface UpstreamBump {
  readonly overlay: Overlay;
  readonly deltas: readonly FileDelta[];
  readonly now: ComponentState;
  readonly next: ComponentState;
}

/** Lines this much alike are one line that was changed. */
const sameLine = 0.6;
/** An overlay that removes more is judged by its first lines. */
const judgedLines = 50;
const readFiles = 200;
const fileBytes = 4 << 20;

/** Why an overlay that fails on the new upstream is not needed there; undefined when it is. */
export async function reasonWhenFailing(
  bump: UpstreamBump,
  merged: readonly MergedFile[],
): Promise<string | undefined> {
  if (merged.length > 0 && merged.every(isMergedUpstream)) {
    return 'upstream has what it makes already';
  }
  const spec = bump.deltas.find(({ isSpec }) => isSpec);
  const isFileLeft = merged.some((file) => !file.isSpec && !isMergedUpstream(file));
  return spec === undefined || isFileLeft ? reasonOfFile(bump) : (reasonOfSpec(bump, spec) ?? reasonOfFile(bump));
}

function reasonOfSpec({ overlay, next }: UpstreamBump, delta: FileDelta): string | undefined {
  const { removed, added } = changedLines(delta) ?? { removed: [], added: [] };
  const kept = added.filter((line) => line.trim() !== '');
  const [after, there] = [countLines(linesOfSpec(delta.after ?? Buffer.alloc(0))), countLines(linesOfSpec(next.spec))];
  const gone = keyLines(overlay, removed).filter((line) => line.trim() !== '');
  const isGone = gone.every((line) => (there.get(line) ?? 0) <= (after.get(line) ?? 0));
  if (!isGone || gone.length + kept.length === 0) {
    return undefined;
  }
  if (kept.length > 0) {
    const isThere = kept.every((line) => (there.get(line) ?? 0) >= (after.get(line) ?? 0));
    return isThere ? 'upstream made the same change' : undefined;
  }
  return isRewritten(delta, next, gone) ? undefined : 'upstream removed what it removes';
}

/** Of whole sections the headers: their other lines may stand anywhere. */
function keyLines({ type }: Overlay, removed: readonly string[]): readonly string[] {
  const isWhole = type === 'spec-remove-section' || type === 'spec-remove-subpackage';
  return isWhole
    ? removed.filter((line) => /^\s*%[a-z]+(?:\s|$)/i.test(line) && !/^\s*%(?:if|el|end)/i.test(line))
    : removed.slice(0, judgedLines);
}

/** Whether the new upstream has, instead of a line that is gone, one that is much like it. */
function isRewritten(delta: FileDelta, next: ComponentState, gone: readonly string[]): boolean {
  const old = new Set(linesOfSpec(delta.before ?? Buffer.alloc(0)));
  const fresh = linesOfSpec(next.spec).filter((line) => !old.has(line));
  const candidates = fresh.map((text, index) => ({ line: index, text: fromByteText(text) }));
  return gone.some((line) => {
    const text = fromByteText(line);
    return nearestLines(candidates, text).some((near) => textSimilarity(text, near.text) >= sameLine);
  });
}

/** Why an overlay that can be applied to the new upstream is not needed there; undefined when it is. */
export async function reasonWhenApplying(bump: UpstreamBump): Promise<string | undefined> {
  const isAddition = /^spec-(?:add-tag|insert-tag|append-lines|prepend-lines)$/.test(bump.overlay.type);
  const spec = bump.deltas.find(({ isSpec }) => isSpec);
  return isAddition && spec !== undefined && isAddedUpstream(bump, spec)
    ? 'upstream added the same lines'
    : reasonOfFile(bump);
}

/**
 * Whether upstream made the change, and the overlay would only make it once more of what it finds there: `MIT` that became
 * `MIT-0` would become `MIT-0-0`. `nextDeltas`: what it does to the new upstream.
 */
export function isMadeTwice(bump: UpstreamBump, nextDeltas: readonly FileDelta[]): boolean {
  const [delta, nextDelta] = [bump.deltas, nextDeltas].map((deltas) => deltas.find(({ isSpec }) => isSpec));
  if (delta === undefined || nextDelta === undefined || bump.deltas.length + nextDeltas.length > 2) {
    return false;
  }
  const made = new Set(changedLines(delta)?.added);
  const again = changedLines(nextDelta)?.removed ?? [];
  return again.length > 0 && again.every((line) => made.has(line)) && reasonOfSpec(bump, delta) !== undefined;
}

/** The new upstream has each added line, in the same section, as often as the overlay makes it now. */
function isAddedUpstream({ next }: UpstreamBump, { before, after }: FileDelta): boolean {
  const [old, made, there] = [before, after, next.spec].map((spec) => countInSections(spec ?? Buffer.alloc(0)));
  const wanted = [...(made ?? [])].filter(([key, count]) => count > (old?.get(key) ?? 0));
  return wanted.length > 0 && wanted.every(([key, count]) => (there?.get(key) ?? 0) >= count);
}

/** How often each line stands in each section, blanks aside. */
function countInSections(spec: Uint8Array): Map<string, number> {
  return countLines(
    outlineOf(spec).flatMap(({ header, read }) =>
      read.lines
        .map(({ text }) => text.trim().replace(/\s+/g, ' '))
        .filter((text) => text !== '')
        .map((text) => `${header}\n${text}`),
    ),
  );
}

function countLines(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) {
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return counts;
}

/** For an overlay that brings a file along: the new upstream has the file, or what the patch does. */
async function reasonOfFile({ overlay, deltas, now, next }: UpstreamBump): Promise<string | undefined> {
  const added = deltas.find(({ isSpec, before }) => !isSpec && before === undefined)?.after;
  if (added === undefined || (overlay.type !== 'patch-add' && overlay.type !== 'file-add')) {
    return undefined;
  }
  const files = await readSmallFiles(next.files);
  const old = await readSmallFiles(now.files);
  const fresh = [...files].filter(([path, bytes]) => old.get(path)?.equals(bytes) !== true);
  const same = fresh.find(([, bytes]) => bytes.equals(added));
  if (same !== undefined) {
    return `upstream has the same file as ${same[0]}`;
  }
  const patch = overlay.type === 'patch-add' ? parsePatchChanges(added) : [];
  const larger = fresh.find(([, bytes]) => containsPatch(parsePatchChanges(bytes), patch));
  if (larger !== undefined) {
    return `upstream's ${larger[0]} makes the same changes`;
  }
  const isDone = isPatched(patch, (path) => files.get(path)?.toString('latin1'));
  return isDone ? 'the files of upstream have the changes of the patch' : undefined;
}

async function readSmallFiles(files: SourceFiles): Promise<Map<string, Buffer>> {
  const read = new Map<string, Buffer>();
  for (const { path } of (await files.list()).slice(0, readFiles)) {
    const bytes = await files.read(path);
    if (bytes.length <= fileBytes) {
      read.set(path, bytes);
    }
  }
  return read;
}
