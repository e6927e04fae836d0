import type { ErrorArea } from './catalogue.ts';

export const renderCodes = {
  RENDER_FAILED: {
    kind: 'input',
    meaning: 'Components could not be rendered; each has a file RENDER_FAILED with the reason in place of its spec.',
  },
  RENDER_IMPORT: {
    kind: 'input',
    meaning: 'A component that imports a binary package was to be rendered: its spec is made from the package.',
  },
  RENDER_OUTSIDE: {
    kind: 'input',
    meaning: 'A file that an overlay or a component brings along is outside of the project.',
  },
  RENDER_SYMLINK: { kind: 'input', meaning: 'A source file of a component is a link or a special file.' },
} as const satisfies ErrorArea;
