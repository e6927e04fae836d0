import type { ErrorArea } from './catalogue.ts';

export const releaseCodes = {} as const satisfies ErrorArea;
