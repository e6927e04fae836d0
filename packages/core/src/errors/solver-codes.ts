import type { ErrorArea } from './catalogue.ts';

export const solverCodes = {
  SOLVER_DUPLICATE_ID: { kind: 'bug', meaning: 'Two packages of a pool were given the same id.' },
  SOLVER_UNKNOWN_PACKAGE: {
    kind: 'input',
    meaning: 'A request names an installed package id that the pool does not have.',
  },
  SOLVER_RELATION_TOO_COMPLEX: {
    kind: 'input',
    meaning: 'A rich relation of a package stands for more alternatives than the solver accepts.',
  },
} as const satisfies ErrorArea;
