/** One line of %files: what the spec decides about a file; type, content and size come from the payload. */
export interface SpecFile {
  readonly path: string;
  readonly isDirectory: boolean;
  /** Permission bits; undefined (`-`) takes those of the payload. */
  readonly mode: number | undefined;
  /** `-` takes that of the payload. */
  readonly user: string;
  readonly group: string;
  /** RPMFILE_* bits. */
  readonly flags: number;
  /** Language codes separated by `|`, empty for all. */
  readonly lang: string;
  /** File capabilities as text, empty for none. */
  readonly caps: string;
  /** Present for device nodes. */
  readonly device: { readonly type: 'b' | 'c'; readonly major: number; readonly minor: number } | undefined;
  /** Line in the spec, 1-based; 0 for files that were not read from one. */
  readonly line: number;
}

/** Directives of %files and their RPMFILE_* bits (rpmfiles.h), in the order they are written. */
export const fileFlags: readonly (readonly [string, number])[] = [
  ['%config(noreplace)', 1 | 16],
  ['%config(missingok)', 1 | 8],
  ['%config', 1],
  ['%doc', 2],
  ['%ghost', 64],
  ['%license', 128],
  ['%readme', 256],
  ['%artifact', 4096],
];
