/** File type bits of st_mode (inode(7)). */
export const fileType = {
  mask: 0o170000,
  fifo: 0o010000,
  character: 0o020000,
  directory: 0o040000,
  block: 0o060000,
  regular: 0o100000,
  symlink: 0o120000,
} as const;

/** RPMFILE_* bits of FILEFLAGS (rpmfiles.h). */
export const fileFlags = {
  config: 1 << 0,
  doc: 1 << 1,
  missingOk: 1 << 3,
  noReplace: 1 << 4,
  ghost: 1 << 6,
  license: 1 << 7,
  readme: 1 << 8,
  artifact: 1 << 12,
} as const;

export function isRegular(mode: number): boolean {
  return (mode & fileType.mask) === fileType.regular;
}

export function isSymlink(mode: number): boolean {
  return (mode & fileType.mask) === fileType.symlink;
}
