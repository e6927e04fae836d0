import { isAbsolute, relative } from 'node:path';

/** A path below the current directory is shorter to read relative to it; any other is shown in full. */
export function shownPath(path: string, directory: string): string {
  const shorter = relative(directory, path);
  return shorter === '' || shorter.startsWith('..') || isAbsolute(shorter) ? path : shorter;
}
