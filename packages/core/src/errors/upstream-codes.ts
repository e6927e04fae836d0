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
  UPSTREAM_TOOL: { kind: 'external', meaning: 'apt ended with an error that Slipway does not know.' },
} as const satisfies ErrorArea;
