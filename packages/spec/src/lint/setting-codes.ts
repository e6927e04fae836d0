import type { LintRule } from './lint-codes.ts';

const at = { file: 'demo.comp.toml', line: 2, column: 1 };

/** Findings in what a component says beside its overlays. */
export const settingCodes = {
  'unexplained-setting': {
    severity: 'warning',
    meaning: 'A pinned commit or a build setting has no comment that says why.',
    why: 'A pin also keeps security fixes away, and nobody can tell when such a setting may go.',
    example: { overlays: [], settings: [{ key: 'spec.upstream-commit', at }] },
  },
  'misplaced-component': {
    severity: 'warning',
    meaning: 'A component is defined in a file that is named after another one.',
    why: 'Somebody who changes either of the two looks in the wrong file, or defines it a second time.',
    example: { overlays: [], namedAfter: { component: 'other', at } },
  },
} as const satisfies Readonly<Record<string, LintRule>>;
