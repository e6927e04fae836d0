import { fromByteText, unifiedDiff } from '@slipway/spec';
import { textSimilarity } from '../explain/compare-characters.ts';
import type { ComponentState } from '../explain/overlay-step.ts';
import { type FileDelta, linesOfVersion, versionOfLines } from './file-delta.ts';
import { formatConflicts, mergeTexts } from './merge-texts.ts';

/** What a file of the new upstream becomes when the change that an overlay makes now is merged into it. */
export interface MergedFile {
  readonly path: string;
  readonly isSpec: boolean;
  /** In the new upstream; undefined when it is not there. */
  readonly before: Buffer | undefined;
  /** After the merge; undefined when the file is removed, or when `conflict` is there. */
  readonly after: Buffer | undefined;
  /** How it was merged: by lines alone, word by word within a line, or by removing what upstream changed. */
  readonly how: 'lines' | 'words' | 'removal';
  /** The conflicts with markers; absent when the merge is clean. */
  readonly conflict?: string;
}

/** Whether the new upstream has the result of the merge already. */
export function isMergedUpstream({ before, after, conflict }: MergedFile): boolean {
  return conflict === undefined && (before === undefined ? after === undefined : after?.equals(before) === true);
}

/** Renamed files are looked for among so many. */
const comparedFiles = 20;
const comparedBytes = 1 << 20;
const leastSimilarity = 0.5;

/** Merges one file: base is the file now before the overlay, ours after it, theirs the new upstream. */
export async function mergeDelta(delta: FileDelta, now: ComponentState, next: ComponentState): Promise<MergedFile[]> {
  if (delta.isSpec) {
    return [mergeVersions(delta, next.specName, Buffer.from(next.spec))];
  }
  const has = new Set((await next.files.list()).map(({ path }) => path));
  const path = delta.before === undefined ? delta.path : await counterpartOf(delta, now, next);
  const theirs = path !== undefined && has.has(path) ? await next.files.read(path) : undefined;
  if (path === undefined || (theirs === undefined && delta.before !== undefined)) {
    return goneUpstream(delta);
  }
  if (delta.renamedFrom !== undefined) {
    const renamed = path.slice(0, path.lastIndexOf('/') + 1) + delta.path.slice(delta.path.lastIndexOf('/') + 1);
    return [
      { path, isSpec: false, before: theirs, after: undefined, how: 'lines' },
      { path: renamed, isSpec: false, before: undefined, after: theirs, how: 'lines' },
    ];
  }
  return [mergeVersions(delta, path, theirs)];
}

/** Removing what is gone is done; anything else has nothing to work on. */
function goneUpstream({ path, after, renamedFrom }: FileDelta): MergedFile[] {
  const file = { path: renamedFrom ?? path, isSpec: false, before: undefined, after: undefined, how: 'lines' } as const;
  return [after === undefined ? file : { ...file, conflict: `upstream has no ${file.path} any more\n` }];
}

function mergeVersions(delta: FileDelta, path: string, theirs: Buffer | undefined): MergedFile {
  const { isSpec, before, after } = delta;
  const file = { path, isSpec, before: theirs };
  if (!isSpec && after === undefined) {
    return { ...file, after: undefined, how: theirs !== undefined && before?.equals(theirs) ? 'lines' : 'removal' };
  }
  if (after !== undefined && (theirs === undefined || theirs.equals(after) || before?.equals(theirs))) {
    return { ...file, after, how: 'lines' };
  }
  const [base, ours, upstream] = [before, after, theirs].map((version) => linesOfVersion(isSpec, version));
  if (base === undefined || ours === undefined || upstream === undefined) {
    return { ...file, after: undefined, how: 'lines', conflict: `${path} is changed on both sides and is no text\n` };
  }
  const merge = mergeTexts(base, ours, upstream);
  const how = merge.removal ? 'removal' : merge.withinLines ? 'words' : 'lines';
  return merge.lines === undefined
    ? { ...file, after: undefined, how, conflict: formatConflicts(merge) }
    : { ...file, after: versionOfLines(isSpec, merge.lines), how };
}

/** The merge as a diff of the new upstream; the conflicts where there are some; empty for files that are no text. */
export function formatMerge({ path, before, after, conflict, isSpec }: MergedFile): string {
  const [old, merged] = [before, after].map((version) => textOf(isSpec, version));
  return (
    conflict ?? (old === undefined || merged === undefined ? '' : fromByteText(unifiedDiff(path, old, merged).diff))
  );
}

function textOf(isSpec: boolean, version: Buffer | undefined): string | undefined {
  const lines = linesOfVersion(isSpec, version);
  return lines && versionOfLines(isSpec, lines).toString('latin1');
}

/** The file of the same name; else, among the files that are new, the one with the same content or a similar name. */
async function counterpartOf(delta: FileDelta, now: ComponentState, next: ComponentState): Promise<string | undefined> {
  const path = delta.renamedFrom ?? delta.path;
  const old = new Set((await now.files.list()).map((file) => file.path));
  const files = (await next.files.list()).map((file) => file.path);
  if (files.includes(path)) {
    return path;
  }
  const candidates = files
    .filter((each) => !old.has(each) && !each.endsWith('.spec'))
    .map((each) => ({ each, likeness: textSimilarity(path, each) }))
    .sort((a, b) => b.likeness - a.likeness)
    .slice(0, comparedFiles);
  for (const { each } of candidates) {
    const bytes = await next.files.read(each);
    if (bytes.length <= comparedBytes && delta.before?.equals(bytes)) {
      return each;
    }
  }
  return candidates.find(({ likeness }) => likeness >= leastSimilarity)?.each;
}
