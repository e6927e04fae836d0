import type { ErrorArea } from './catalogue.ts';

export const renderCodes = {
  RENDER_SYMLINK: { kind: 'input', meaning: 'A source file of a component is a link or a special file.' },
} as const satisfies ErrorArea;
