import type { ErrorArea } from './catalogue.ts';

export const releaseCodes = {
  RELEASE_SBOM_INCONSISTENT: {
    kind: 'bug',
    meaning:
      'An SBOM was asked for with two packages of one digest, or with a reference to a package it does not have.',
  },
  RELEASE_BAD_NAMESPACE: {
    kind: 'input',
    meaning: 'The address under which SPDX documents are named is not an absolute http(s) address without fragment.',
  },
  RELEASE_BAD_CHECKSUMS: {
    kind: 'integrity',
    meaning: 'A list of checksums does not follow the form that sha256sum reads, or names a file twice.',
  },
  RELEASE_BAD_FILE_NAME: {
    kind: 'input',
    meaning: 'A file name cannot stand in a list of checksums: it is empty, has a NUL character or occurs twice.',
  },
} as const satisfies ErrorArea;
