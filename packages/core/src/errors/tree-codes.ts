import type { ErrorArea } from './catalogue.ts';

export const treeCodes = {
  TREE_BAD_PATH: { kind: 'input', meaning: 'A path of an image entry is not absolute and normalised, or is too long.' },
  TREE_NO_PARENT: {
    kind: 'input',
    meaning: 'An image entry lies in a directory that no package and no rule provides.',
  },
  TREE_NOT_EMPTY: { kind: 'input', meaning: 'A directory with entries would be replaced by something else.' },
  TREE_SYMLINK_LOOP: { kind: 'input', meaning: 'The symbolic links of an image lead in a circle.' },
  TREE_BAD_MANIFEST: { kind: 'input', meaning: 'The manifest of an image is damaged, or is no manifest.' },
  TREE_MANIFEST_VERSION: { kind: 'input', meaning: 'The manifest of an image was written by another Slipway.' },
} as const satisfies ErrorArea;
