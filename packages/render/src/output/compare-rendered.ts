import { unifiedDiff } from '@slipway/spec';
import type { RenderedFile } from './rendered-directory.ts';

export interface RenderedDifference {
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed' | 'mode';
  /** Unified diff; of binary files only that they differ. */
  readonly diff: string;
}

/** What writing `after` over `before` would change, in order of the paths; nothing when all is as it should be. */
export function compareRendered(before: readonly RenderedFile[], after: readonly RenderedFile[]): RenderedDifference[] {
  const old = new Map(before.map((file) => [file.path, file]));
  const fresh = new Map(after.map((file) => [file.path, file]));
  const paths = [...new Set([...old.keys(), ...fresh.keys()])].sort();
  return paths.flatMap((path) => difference(path, old.get(path), fresh.get(path)) ?? []);
}

function difference(
  path: string,
  before: RenderedFile | undefined,
  after: RenderedFile | undefined,
): RenderedDifference | undefined {
  const [old, fresh] = [Buffer.from(before?.bytes ?? ''), Buffer.from(after?.bytes ?? '')];
  if (before !== undefined && after !== undefined && old.equals(fresh)) {
    const diff = `old mode 100${before.mode.toString(8)}\nnew mode 100${after.mode.toString(8)}\n`;
    return before.mode === after.mode ? undefined : { path, change: 'mode', diff: `diff ${path}\n${diff}` };
  }
  const change = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  const isBinary = old.includes(0) || fresh.includes(0);
  const diff = isBinary ? `Binary files a/${path} and b/${path} differ\n` : diffOf(path, old, fresh);
  return { path, change, diff };
}

function diffOf(path: string, old: Buffer, fresh: Buffer): string {
  const { diff } = unifiedDiff(path, old.toString('utf8'), fresh.toString('utf8'));
  return diff === '' ? `a/${path} and b/${path} differ in bytes that are not UTF-8\n` : diff;
}
