import type { ErrorArea } from './catalogue.ts';

export const cliCodes = {
  CLI_NO_QEMU: {
    kind: 'environment',
    meaning: 'qemu, which boots images on this machine, is not installed.',
  },
  CLI_NO_FIRMWARE: {
    kind: 'environment',
    meaning: 'The UEFI firmware for virtual machines (OVMF) is not installed.',
  },
  CLI_USAGE: { kind: 'input', meaning: 'The command line names a command, option or argument that does not exist.' },
  CLI_UNKNOWN_CODE: { kind: 'input', meaning: 'An error code was asked for that the catalogue does not have.' },
  CLI_NOT_BUILT: { kind: 'input', meaning: 'What was asked for exists only after the project was built.' },
  CLI_PACKAGE_ABSENT: { kind: 'input', meaning: 'A package was asked for that the image does not have.' },
  CLI_PATH_ABSENT: { kind: 'input', meaning: 'A path was asked for that the image does not have.' },
  CLI_NO_MANIFEST: { kind: 'input', meaning: 'A directory that was named as an image has no manifest, or several.' },
  CLI_NO_REPOSITORY: {
    kind: 'input',
    meaning: 'What a command names as a repository of packages has no readable metadata.',
  },
} as const satisfies ErrorArea;
