import { isUtf8 } from 'node:buffer';
import { fromByteText } from './byte-text.ts';
import type { FileChange } from './file-overlays.ts';
import type { Overlay, OverlayType } from './overlay.ts';
import { formatSpec, type SpecText } from './spec-text.ts';
import { unifiedDiff } from './unified-diff.ts';

/** What an overlay did to one file. */
export interface DeviationChange {
  readonly path: string;
  readonly kind: 'added' | 'removed' | 'modified' | 'renamed';
  readonly renamedFrom?: string;
  readonly linesAdded: number;
  readonly linesRemoved: number;
  /** Unified, bounded; empty for renamed files and for files that are not text. */
  readonly diff: string;
}

/** One overlay and what it changed: a line of the deviation report. */
export interface AppliedDeviation {
  /** Position in the list of overlays, from 0. */
  readonly index: number;
  readonly overlay: Overlay;
  readonly type: OverlayType;
  readonly linesAdded: number;
  readonly linesRemoved: number;
  readonly changes: readonly DeviationChange[];
}

/** Larger files are compared by people with other means. */
export const diffedBytesLimit = 4 << 20;

export function describeDeviation(
  index: number,
  overlay: Overlay,
  changes: readonly DeviationChange[],
): AppliedDeviation {
  return {
    index,
    overlay,
    type: overlay.type,
    linesAdded: changes.reduce((sum, change) => sum + change.linesAdded, 0),
    linesRemoved: changes.reduce((sum, change) => sum + change.linesRemoved, 0),
    changes,
  };
}

export function describeSpecChange(name: string, before: SpecText, after: SpecText): DeviationChange[] {
  if (before.text === after.text) {
    return [];
  }
  return [describeChange({ path: name, before: formatSpec(before), after: formatSpec(after) })];
}

export function describeChange({ path, before, after, renamedFrom }: FileChange): DeviationChange {
  if (renamedFrom !== undefined) {
    return { path, kind: 'renamed', renamedFrom, linesAdded: 0, linesRemoved: 0, diff: '' };
  }
  const kind = before === undefined ? 'added' : after === undefined ? 'removed' : 'modified';
  const [old, now] = [before ?? Buffer.alloc(0), after ?? Buffer.alloc(0)];
  if (!isText(old) || !isText(now)) {
    return { path, kind, linesAdded: 0, linesRemoved: 0, diff: '' };
  }
  const { added, removed, diff } = unifiedDiff(path, old.toString('latin1'), now.toString('latin1'));
  return { path, kind, linesAdded: added, linesRemoved: removed, diff: fromByteText(diff) };
}

export function isText(bytes: Buffer): boolean {
  return (
    bytes.length <= diffedBytesLimit && (isUtf8(bytes) || !bytes.includes(0)) && !bytes.subarray(0, 8192).includes(0)
  );
}
