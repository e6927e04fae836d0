import type { ErrorArea } from './catalogue.ts';

export const buildCodes = {} as const satisfies ErrorArea;
