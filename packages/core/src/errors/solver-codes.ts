import type { ErrorArea } from './catalogue.ts';

export const solverCodes = {} as const satisfies ErrorArea;
