import type { ErrorArea } from './catalogue.ts';

export const composeCodes = {
  COMPOSE_FILE_CONFLICT: { kind: 'input', meaning: 'Two packages of an image bring the same path and differ.' },
  COMPOSE_UNKNOWN_OWNER: {
    kind: 'input',
    meaning: 'A file belongs to a user or group that no package of the image creates.',
  },
  COMPOSE_NO_FREE_ID: { kind: 'input', meaning: 'An image needs more system accounts than there are ids.' },
  COMPOSE_BAD_CONFIG: { kind: 'input', meaning: 'A configuration file of a package cannot be read by its rules.' },
  COMPOSE_BAD_CAPABILITY: { kind: 'input', meaning: 'The file capabilities in a package header cannot be read.' },
  COMPOSE_UNKNOWN_SCRIPTLET: {
    kind: 'input',
    meaning: 'A package has a scriptlet for which neither Slipway nor the project says what it means.',
  },
  COMPOSE_MISSING_FILE: { kind: 'input', meaning: 'An image definition names a file that no package brings.' },
  COMPOSE_MISSING_LIBRARY: {
    kind: 'input',
    meaning: 'A program in the initrd needs a library that the image does not have.',
  },
  COMPOSE_MISSING_MODULE: {
    kind: 'input',
    meaning: 'An initrd asks for a kernel module that the kernel does not have.',
  },
} as const satisfies ErrorArea;
