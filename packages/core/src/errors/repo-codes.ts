import type { ErrorArea } from './catalogue.ts';

export const repoCodes = {
  REPO_BAD_METADATA: { kind: 'input', meaning: 'Metadata of a repository breaks the rules of rpm-md.' },
  REPO_DIGEST_MISMATCH: {
    kind: 'integrity',
    meaning: 'A metadata file does not have the size or digest that repomd.xml announces.',
  },
  REPO_BAD_PACKAGE: {
    kind: 'input',
    meaning: 'A package cannot be described in rpm-md, for example for control characters.',
  },
  REPO_BROKEN_PACKAGES: {
    kind: 'input',
    meaning: 'Packages below a directory cannot be listed in its metadata.',
  },
  REPO_ROLLBACK: {
    kind: 'integrity',
    meaning: 'A repository offers older metadata than it did before.',
  },
  REPO_BAD_CACHE: {
    kind: 'integrity',
    meaning: 'The cache of parsed metadata is damaged; it is safe to delete.',
  },
  REPO_UNORDERED: { kind: 'bug', meaning: 'Packages of a repository were not given in the order of their locations.' },
} as const satisfies ErrorArea;
