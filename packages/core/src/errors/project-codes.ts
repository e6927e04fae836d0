import type { ErrorArea } from './catalogue.ts';

export const projectCodes = {} as const satisfies ErrorArea;
