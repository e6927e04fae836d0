import type { ErrorArea } from './catalogue.ts';

export const cliCodes = {} as const satisfies ErrorArea;
