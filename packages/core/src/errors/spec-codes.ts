import type { ErrorArea } from './catalogue.ts';

export const specCodes = {} as const satisfies ErrorArea;
