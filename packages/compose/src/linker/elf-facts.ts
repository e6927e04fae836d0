import type { ElfFile } from '@slipway/formats';

/** What composing needs to know of one ELF file; plain JSON, kept with the package's digest. */
export interface ElfFacts {
  readonly machine: ElfFile['machine'];
  readonly soname: string | undefined;
  readonly needed: readonly string[];
  /** DT_RUNPATH or DT_RPATH directories, `$ORIGIN` not yet replaced. */
  readonly runpath: readonly string[];
  readonly interpreter: string | undefined;
  /** Sonames that the file may load at run time (`.note.dlopen`), one list of alternatives for each feature. */
  readonly dlopen: readonly (readonly string[])[];
}

/** Facts by path of the composed tree. */
export type ElfIndex = ReadonlyMap<string, ElfFacts>;
