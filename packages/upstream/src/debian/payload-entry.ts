import type { SpoolRange } from './payload-spool.ts';

/** One file of a Debian payload, before it becomes a file of an RPM. */
export interface PayloadEntry {
  /** Absolute, normalised, on a merged /usr. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'character-device' | 'block-device' | 'fifo';
  /** Permission bits (octal 07777). */
  readonly mode: number;
  readonly user: string;
  readonly group: string;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly sizeBytes: number;
  /** Of a regular file: in the spool, or in memory when an overlay replaced it. */
  readonly content: SpoolRange | Uint8Array | undefined;
  /** Target of a symbolic link, else empty. */
  readonly linkTarget: string;
  /** File capabilities as text, empty for none. */
  readonly caps: string;
  readonly major: number;
  readonly minor: number;
  /** Equal for hard links of one file; 1 or more. */
  readonly inode: number;
}

/** File type bits of st_mode (inode(7)). */
export const typeBits: Readonly<Record<PayloadEntry['type'], number>> = {
  fifo: 0o010000,
  'character-device': 0o020000,
  directory: 0o040000,
  'block-device': 0o060000,
  file: 0o100000,
  symlink: 0o120000,
};
