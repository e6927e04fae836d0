import type { Digest } from '@slipway/core';
import type { Evr } from '@slipway/rpm';

/** The upstream source package that a package was made from. */
export interface SbomSource {
  readonly name: string;
  /** As upstream writes it, for example `1:2.0-3`. */
  readonly version: string;
}

/** Where the bytes of a package came from. */
export interface SbomOrigin {
  /** Identifier of the upstream distribution, for example `debian`. */
  readonly distribution: string;
  readonly format: 'deb' | 'rpm';
  /** Archive component or repository, for example `main`. */
  readonly component: string;
  /** Path of the upstream package below the address of the archive, without host. */
  readonly path: string;
  /** SHA-256 of the upstream package file. */
  readonly sha256?: Digest;
}

/** One RPM of a document. */
export interface SbomPackage {
  readonly name: string;
  readonly evr: Evr;
  readonly arch: string;
  /** The License tag as the package has it; resolved to SPDX here. */
  readonly license: string;
  /** The organisation that built it (Vendor tag); empty for none. */
  readonly vendor: string;
  /** The upstream maintainer, `Name <address>`; empty for none. */
  readonly packager: string;
  readonly summary: string;
  readonly homepage: string;
  /** SHA-256 of the RPM file: the identity of the package within the document. */
  readonly sha256: Digest;
  readonly sizeBytes: number;
  readonly fileName: string;
  /** Address from which the RPM is published, if it is. */
  readonly downloadLocation?: string;
  readonly source?: SbomSource;
  readonly origin?: SbomOrigin;
  /** Digests of the packages of the same document that it requires. */
  readonly requires: readonly Digest[];
}

export interface SbomFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: Digest;
}

/** What a document describes: an image with all its packages, or one of the packages. */
export type SbomSubject =
  | {
      readonly kind: 'image';
      readonly name: string;
      readonly version: string;
      readonly type: 'operating-system' | 'container';
      /** The published forms of the image. */
      readonly files: readonly SbomFile[];
    }
  | { readonly kind: 'package'; readonly sha256: Digest };

export interface SbomDocumentInfo {
  readonly subject: SbomSubject;
  readonly distribution: { readonly id: string; readonly version: string };
  /** The architecture of the subject, for example `x86_64`. */
  readonly architecture: string;
  /** Who answers for the document and the image, for example the vendor of the distribution. */
  readonly author: string;
  /** Absolute http(s) address below which SPDX documents are named; nothing needs to be served there. */
  readonly namespaceBase: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly tool: { readonly name: string; readonly version: string };
}
