import type { ErrorArea } from './catalogue.ts';

export const formatsCodes = {} as const satisfies ErrorArea;
