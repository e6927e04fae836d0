import type { ErrorArea } from './catalogue.ts';

export const rpmCodes = {
  RPM_BAD_EVR: { kind: 'input', meaning: 'A text is not a version of the form [epoch:]version[-release].' },
  RPM_BAD_NEVRA: { kind: 'input', meaning: 'A text is not of the form name-[epoch:]version-release.arch.' },
  RPM_BAD_DEPENDENCY: { kind: 'input', meaning: 'A text is not an RPM relation, or a rich one is nested too deep.' },
  RPM_NOT_A_PACKAGE: { kind: 'input', meaning: 'A file does not begin like an RPM package.' },
  RPM_BAD_HEADER: {
    kind: 'integrity',
    meaning: 'The header or signature header of a package breaks the rules of the format.',
  },
  RPM_BAD_PAYLOAD: { kind: 'integrity', meaning: 'The payload of a package is damaged or contradicts its header.' },
  RPM_DIGEST_MISMATCH: {
    kind: 'integrity',
    meaning: 'Bytes of a package do not have the digest that the package announces.',
  },
  RPM_UNSUPPORTED_PAYLOAD: {
    kind: 'unsupported',
    meaning: 'The payload of a package has a format or compression that Slipway does not read.',
  },
  RPM_BAD_SIGNATURE: {
    kind: 'input',
    meaning: 'Bytes given as a package signature are not an OpenPGP signature packet.',
  },
  RPM_BAD_DATABASE: {
    kind: 'integrity',
    meaning: 'A file is no rpm database, or one that is damaged or was not made by rpm.',
  },
  RPM_UNSUPPORTED_DATABASE: {
    kind: 'unsupported',
    meaning:
      'An rpm database has another format than sqlite (ndb, Berkeley DB), or a transaction that was not finished.',
  },
  RPM_BAD_SYSTEM_STATE: {
    kind: 'input',
    meaning: "A file of dnf5's system state, which says why packages are installed, is not of its format.",
  },
  RPM_UNWRITABLE: { kind: 'input', meaning: 'A package to be written contradicts itself or the limits of the format.' },
} as const satisfies ErrorArea;
