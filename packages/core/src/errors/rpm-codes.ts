import type { ErrorArea } from './catalogue.ts';

export const rpmCodes = {} as const satisfies ErrorArea;
