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
  SOLVER_POOL_TOO_LARGE: {
    kind: 'input',
    meaning: 'The packages of a pool have more names, versions or relations than the solver can number.',
  },
  SOLVER_NOT_INSTALLED: { kind: 'input', meaning: 'A request erases something that is not installed.' },
} as const satisfies ErrorArea;
