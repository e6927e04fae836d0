const archiveEndings = ['.tar', '.tar.gz', '.tgz', '.tar.xz', '.txz', '.tar.zst', '.tzst'];

/** For error messages. */
export const archiveEndingList = archiveEndings.join(' ');

/** Whether overlays work inside a file of this name: case does not matter, and neither does what compressed it. */
export function isArchiveName(name: string): boolean {
  const lower = name.toLowerCase();
  return archiveEndings.some((ending) => lower.endsWith(ending));
}
