import { fileFlags, isRegular } from '../file-mode.ts';
import type { PackageFile } from '../package-metadata.ts';

/**
 * For each file the places of all links of it within the package (itself included), in header order: regular files
 * that are in the payload and share device and inode number (rpmfilesBuildNLink). Only the last one has content there.
 */
export function hardLinks(files: readonly PackageFile[]): readonly (readonly number[])[] {
  const groups = new Map<string, number[]>();
  return files.map((file, index) => {
    if (!isRegular(file.mode) || (file.flags & fileFlags.ghost) !== 0 || file.inode === 0) {
      return [index];
    }
    const key = `${file.device}:${file.inode}`;
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(index);
    return group;
  });
}
