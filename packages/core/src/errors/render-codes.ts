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
  RENDER_NO_FILE: {
    kind: 'input',
    meaning: 'A file that an overlay or a component brings along does not exist, or is not a regular file.',
  },
  RENDER_SYMLINK: { kind: 'input', meaning: 'A source file of a component is a link or a special file.' },
  RENDER_BAD_MACRO: {
    kind: 'input',
    meaning: 'A macro of a component has a name or a value that no macros file can hold.',
  },
  RENDER_CUSTOM_ORIGIN: {
    kind: 'unsupported',
    meaning: 'A source file is made by a script of the project, and no server has it: Slipway runs no such scripts.',
  },
  RENDER_BUILD_ORIGIN: {
    kind: 'unsupported',
    meaning: 'A source file comes from the snapshot or the signing key, which only a build of the project has at hand.',
  },
  RENDER_OUTPUT_EXISTS: {
    kind: 'input',
    meaning: 'A directory that a command would write has something in it that would be lost.',
  },
  RENDER_HISTORY_INCOMPLETE: {
    kind: 'input',
    meaning: 'A commit that the release or the changelog is computed from is not in the history.',
  },
  RENDER_RELEASE_UNSUPPORTED: {
    kind: 'input',
    meaning: 'The Release tag of a spec cannot be counted in the way that the component asks for.',
  },
  RENDER_VERSION_UNDECIDED: {
    kind: 'input',
    meaning: 'The version of a spec depends on a macro whose value the spec does not tell.',
  },
} as const satisfies ErrorArea;
