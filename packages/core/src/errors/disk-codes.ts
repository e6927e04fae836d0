import type { ErrorArea } from './catalogue.ts';

export const diskCodes = {} as const satisfies ErrorArea;
