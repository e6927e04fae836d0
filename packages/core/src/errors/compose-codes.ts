import type { ErrorArea } from './catalogue.ts';

export const composeCodes = {} as const satisfies ErrorArea;
