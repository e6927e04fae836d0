import type { ErrorArea } from './catalogue.ts';

export const upstreamCodes = {} as const satisfies ErrorArea;
