import type { Digest } from '@slipway/core';
import type { ModuleInfo } from './kernel/module-info.ts';
import type { ElfFacts } from './linker/elf-facts.ts';

/** What is learnt from a package's payload once and kept under its digest: plain JSON. */
export interface PackageFacts {
  /** ELF files by index in the header. */
  readonly elf: readonly { readonly index: number; readonly facts: ElfFacts }[];
  /** Kernel modules by index in the header. */
  readonly modules: readonly { readonly index: number; readonly info: ModuleInfo }[];
}

export type FactsSource = (digest: Digest) => Promise<PackageFacts>;
