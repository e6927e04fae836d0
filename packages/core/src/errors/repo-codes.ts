import type { ErrorArea } from './catalogue.ts';

export const repoCodes = {} as const satisfies ErrorArea;
