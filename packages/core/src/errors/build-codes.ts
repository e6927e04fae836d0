import type { ErrorArea } from './catalogue.ts';

export const buildCodes = {
  BUILD_NO_SANDBOX: {
    kind: 'environment',
    meaning: 'Neither root nor unprivileged user namespaces can shut a package build in on this machine.',
  },
  BUILD_FAILED: { kind: 'input', meaning: 'rpmbuild ended with an error; the log has the details.' },
  BUILD_NO_PACKAGE: { kind: 'input', meaning: 'rpmbuild succeeded but made no binary package.' },
  BUILD_BAD_SOURCE_NAME: {
    kind: 'input',
    meaning: 'A source file of a component has a name that is not a plain file name.',
  },
} as const satisfies ErrorArea;
