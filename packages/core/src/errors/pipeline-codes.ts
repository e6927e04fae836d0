import type { ErrorArea } from './catalogue.ts';

export const pipelineCodes = {
  PIPELINE_NO_IDENTITY: {
    kind: 'input',
    meaning: 'A report needs an address or a name that the distribution does not give.',
  },
  PIPELINE_NO_SNAPSHOT: { kind: 'input', meaning: 'A project that is to be built names no upstream snapshot.' },
  PIPELINE_ARCHITECTURE: {
    kind: 'unsupported',
    meaning: 'A snapshot is for an architecture that cannot be built yet.',
  },
  PIPELINE_BUILD_REQUIREMENT: {
    kind: 'input',
    meaning: 'A BuildRequires tag cannot be read without expanding macros.',
  },
  PIPELINE_LOST_ORDER: {
    kind: 'input',
    meaning: 'A versioned relation of an imported package would mean something else to rpm.',
  },
  PIPELINE_METALINK: { kind: 'unsupported', meaning: 'A snapshot names a metalink, which is not read yet.' },
  PIPELINE_RPM_OVERLAYS: {
    kind: 'unsupported',
    meaning: 'Overlays were given for a package that upstream ships as a finished RPM.',
  },
  PIPELINE_MISSING_SOURCE: {
    kind: 'input',
    meaning: 'A source file of a component is not in the snapshot, or there is no lookaside.',
  },
  PIPELINE_UNKNOWN_COMPONENT: {
    kind: 'input',
    meaning: 'A component imports a package that the snapshot does not have.',
  },
  PIPELINE_UNSOLVABLE: { kind: 'input', meaning: 'No set of packages meets what an image or a build asks for.' },
} as const satisfies ErrorArea;
