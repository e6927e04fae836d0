import type { Digest } from '@slipway/core';
import { fileState, type PackageMetadata } from '@slipway/rpm';

/** A signed package in the store, chosen for an image. */
export interface ChosenPackage {
  /** SHA-256 of the RPM file: how the store names it. */
  readonly digest: Digest;
  readonly metadata: PackageMetadata;
}

/** What `rpm -V` is to expect of a file: those that composing sets of rpm's file states. */
export const fileStates = { normal: fileState.normal, notInstalled: fileState.notInstalled } as const;

export type FileState = (typeof fileStates)[keyof typeof fileStates];

/** RPMFILE_* attribute bits that composing looks at. */
export const fileFlags = { doc: 1 << 1, ghost: 1 << 6, license: 1 << 7 } as const;
