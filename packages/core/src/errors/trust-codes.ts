import type { ErrorArea } from './catalogue.ts';

export const trustCodes = {
  TRUST_BAD_KEY: {
    kind: 'input',
    meaning: 'Bytes given as an OpenPGP key are not one, or its passphrase is missing or wrong.',
  },
  TRUST_KEY_EXPOSED: {
    kind: 'environment',
    meaning: 'A private key file can be read, or its directory changed, by other users of the machine.',
  },
  TRUST_KEY_UNUSABLE: {
    kind: 'input',
    meaning: 'A key cannot sign at the given time: it is expired, revoked, weak or not meant for signing.',
  },
} as const satisfies ErrorArea;
