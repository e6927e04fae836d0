import { type DeviationChange, editScript, type Overlay } from '@slipway/spec';
import type { ComponentState } from '../explain/overlay-step.ts';
import { linesOfSpec, specOfLines } from '../explain/spec-outline.ts';

/** What an overlay made of one file, with its whole content. */
export interface FileDelta {
  readonly path: string;
  readonly isSpec: boolean;
  /** The name it had, for a renamed file. */
  readonly renamedFrom?: string;
  /** Undefined for a file that was added. */
  readonly before: Buffer | undefined;
  /** Undefined for a file that was removed. */
  readonly after: Buffer | undefined;
}

/** Larger files are compared as a whole. */
const comparedBytes = 1 << 20;

export async function readDeltas(
  before: ComponentState,
  after: ComponentState,
  changes: readonly DeviationChange[],
): Promise<FileDelta[]> {
  const deltas: FileDelta[] = [];
  for (const { path, kind, renamedFrom } of changes) {
    const isSpec = path === before.specName;
    deltas.push({
      path,
      isSpec,
      ...(renamedFrom !== undefined && { renamedFrom }),
      before: isSpec
        ? Buffer.from(before.spec)
        : kind === 'added'
          ? undefined
          : await before.files.read(renamedFrom ?? path),
      after: isSpec ? Buffer.from(after.spec) : kind === 'removed' ? undefined : await after.files.read(path),
    });
  }
  return deltas;
}

/** The lines of a version as byte strings; none when there is no file. Undefined for what is not compared by lines. */
export function linesOfVersion(isSpec: boolean, bytes: Uint8Array | undefined): string[] | undefined {
  if (bytes === undefined) {
    return [];
  }
  if (isSpec) {
    return linesOfSpec(bytes);
  }
  const isText = bytes.length <= comparedBytes && !bytes.includes(0);
  return isText ? Buffer.from(bytes).toString('latin1').split('\n') : undefined;
}

/** The inverse of `linesOfVersion`. */
export function versionOfLines(isSpec: boolean, lines: readonly string[]): Buffer {
  return isSpec ? specOfLines(lines) : Buffer.from(lines.join('\n'), 'latin1');
}

export interface ChangedLines {
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** Undefined for files that are not compared by lines. */
export function changedLines({ isSpec, before, after }: FileDelta): ChangedLines | undefined {
  const [old, now] = [linesOfVersion(isSpec, before), linesOfVersion(isSpec, after)];
  if (old === undefined || now === undefined) {
    return undefined;
  }
  const edits = editScript(old, now);
  const linesOf = (kind: string) => edits.filter((edit) => edit.kind === kind).map(({ line }) => line);
  return { removed: linesOf('removed'), added: linesOf('added') };
}

/** Whether the lines are the same afterwards, but for their blanks. */
export function isBlankChange(deltas: readonly FileDelta[]): boolean {
  return deltas.every((delta) => {
    const lines = delta.renamedFrom === undefined ? changedLines(delta) : undefined;
    const [before, after] = [lines?.removed, lines?.added].map((each) => each?.map(withoutExtraBlanks).join('\n'));
    return before !== undefined && before === after;
  });
}

function withoutExtraBlanks(line: string): string {
  return line.trim().replace(/\s+/g, ' ');
}

/**
 * Whether an overlay does the same to two versions: it removes and adds the same lines of the same files, wherever they
 * stand. The number of a patch that it adds does not count: that is the next one that is free.
 */
export function isSameChange(a: readonly FileDelta[], b: readonly FileDelta[], type: Overlay['type']): boolean {
  const [first, second] = [a, b].map((deltas) => deltas.map((delta) => signatureOf(delta, type)).sort());
  return JSON.stringify(first) === JSON.stringify(second);
}

function signatureOf(delta: FileDelta, type: Overlay['type']): string {
  const { path, isSpec, renamedFrom, before, after } = delta;
  const name = isSpec ? '' : `${renamedFrom ?? ''} ${path}`;
  if (renamedFrom !== undefined) {
    return name;
  }
  const lines = changedLines(delta);
  if (lines === undefined) {
    return JSON.stringify([name, before?.toString('base64'), after?.toString('base64')]);
  }
  const numberless = (line: string) => (isSpec && type === 'patch-add' ? line.replace(/^Patch\d+:/, 'Patch:') : line);
  return JSON.stringify([name, [...lines.removed].sort(), lines.added.map(numberless).sort()]);
}
