import type { ErrorArea } from './catalogue.ts';

export const trustCodes = {} as const satisfies ErrorArea;
