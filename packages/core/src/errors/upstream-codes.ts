import type { ErrorArea } from './catalogue.ts';

export const upstreamCodes = {
  UPSTREAM_NO_ARCHIVE: {
    kind: 'environment',
    meaning: 'The machine has no apt source that names the Debian main archive.',
  },
  UPSTREAM_NETWORK: {
    kind: 'external',
    meaning: 'An upstream archive could not be reached or answered with an error.',
  },
  UPSTREAM_SIGNATURE: {
    kind: 'integrity',
    meaning: 'Upstream metadata or a package is unsigned, or its signature is not made by a trusted key.',
  },
  UPSTREAM_INDEX_EXPIRED: {
    kind: 'integrity',
    meaning: 'The signed index of an archive is past its Valid-Until date, as in a replay of an old state.',
  },
  UPSTREAM_UNKNOWN_PACKAGE: { kind: 'input', meaning: 'A package that was asked for is not in the upstream index.' },
  UPSTREAM_NO_CLOSURE: {
    kind: 'input',
    meaning: 'The dependencies of a request cannot be satisfied from the upstream index.',
  },
  UPSTREAM_DIGEST_MISMATCH: {
    kind: 'integrity',
    meaning: 'An upstream file does not have the size or digest that the signed index announces.',
  },
  UPSTREAM_TOO_LARGE: {
    kind: 'integrity',
    meaning: 'An upstream file is larger than announced or than Slipway accepts.',
  },
  UPSTREAM_BAD_INDEX: { kind: 'integrity', meaning: 'An upstream index does not follow its format.' },
  UPSTREAM_BAD_PACKAGE: { kind: 'integrity', meaning: 'A Debian package does not follow its format.' },
  UPSTREAM_BAD_VERSION: { kind: 'input', meaning: 'A Debian version or relation does not follow Debian policy.' },
  UPSTREAM_BAD_SPEC: {
    kind: 'input',
    meaning: 'The spec of an imported package is not in the form that the import reads.',
  },
  UPSTREAM_FILES: {
    kind: 'input',
    meaning: 'The %files list of an imported package and its payload do not name the same files.',
  },
  UPSTREAM_TOOL: { kind: 'external', meaning: 'apt or git ended with an error that Slipway does not know.' },
  UPSTREAM_BAD_ADDRESS: {
    kind: 'input',
    meaning: 'The address of a dist-git repository, branch or source file cannot be formed or used.',
  },
  UPSTREAM_NO_REPOSITORY: { kind: 'input', meaning: 'There is no dist-git repository at the address of a component.' },
  UPSTREAM_NO_BRANCH: { kind: 'input', meaning: 'A dist-git repository has no branch of the name that was asked for.' },
  UPSTREAM_NO_COMMIT: { kind: 'input', meaning: 'A dist-git branch has no commit at or before the snapshot time.' },
  UPSTREAM_NO_SPEC: { kind: 'input', meaning: 'A dist-git commit has no spec of the name of its package.' },
  UPSTREAM_AMBIGUOUS_COMMIT: { kind: 'input', meaning: 'A shortened commit stands for several commits.' },
  UPSTREAM_COMMIT_UNREACHABLE: {
    kind: 'input',
    meaning: 'A locked or pinned commit is on no branch of its dist-git repository (any more).',
  },
  UPSTREAM_OFFLINE: { kind: 'environment', meaning: 'Offline, and something that is needed is not in the cache.' },
  UPSTREAM_BAD_TREE: {
    kind: 'integrity',
    meaning: 'A dist-git commit has files that may not be taken: unsafe names, links out of the tree, submodules.',
  },
  UPSTREAM_BAD_OBJECT: { kind: 'integrity', meaning: 'An object of a dist-git repository does not follow its format.' },
  UPSTREAM_CACHE_DAMAGED: {
    kind: 'environment',
    meaning: 'The cached copy of a dist-git repository is damaged, also after it was fetched again.',
  },
  UPSTREAM_BAD_SOURCES: { kind: 'input', meaning: 'A line of a sources file does not follow its format.' },
  UPSTREAM_SOURCE_CONFLICT: {
    kind: 'input',
    meaning: 'A source file of the project and the sources file of upstream do not go together.',
  },
  UPSTREAM_NO_HASH: { kind: 'input', meaning: 'A source file has no hash to verify it by.' },
} as const satisfies ErrorArea;
