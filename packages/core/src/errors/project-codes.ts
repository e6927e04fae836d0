import type { ErrorArea } from './catalogue.ts';

export const projectCodes = {
  PROJECT_NOT_FOUND: {
    kind: 'input',
    meaning: 'Neither the directory nor one above it has a slipway.toml or azldev.toml.',
  },
  PROJECT_SYNTAX: { kind: 'input', meaning: 'A project file is not TOML.' },
  PROJECT_UNKNOWN_KEY: { kind: 'input', meaning: 'A table has a key that Slipway does not know.' },
  PROJECT_MISSING_KEY: { kind: 'input', meaning: 'A table lacks a key that it must have.' },
  PROJECT_BAD_VALUE: { kind: 'input', meaning: 'A value has the wrong type or form.' },
  PROJECT_NO_EFFECT: { kind: 'input', meaning: 'A key has no effect where it stands.' },
  PROJECT_NOT_INTERPRETED: {
    kind: 'input',
    meaning: 'A table of newer definitions is accepted, but Slipway does nothing with it.',
  },
  PROJECT_SLIPWAY_ONLY: {
    kind: 'input',
    meaning: 'A project whose root file is azldev.toml uses something that only Slipway has.',
  },
  PROJECT_DUPLICATE: { kind: 'input', meaning: 'Two definitions have the same name.' },
  PROJECT_UNKNOWN_NAME: { kind: 'input', meaning: 'A name refers to something that the project does not define.' },
  PROJECT_FILE_MISSING: { kind: 'input', meaning: 'The project names a file that does not exist.' },
  PROJECT_INCLUDE_TWICE: { kind: 'input', meaning: 'A file is included more than once.' },
  PROJECT_REVISION: { kind: 'input', meaning: 'The project is in no git repository, or it has no such revision.' },
  PROJECT_LOCK_SYNTAX: { kind: 'input', meaning: 'A line of the lock file is malformed or out of order.' },
} as const satisfies ErrorArea;
