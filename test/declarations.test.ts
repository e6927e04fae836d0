import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDeclarations } from '../tools/declarations.ts';

const emitted = `import type { B } from './b.ts';
/** Not exported. */
interface Hidden {
    a: string;
}
/** Where the
 * text goes on. */
export interface Shown extends B {
    /** A member. */
    readonly list: readonly {
        readonly a: (text: string) => void;
    }[];
}
export type Union = {
    readonly kind: 'a;';
} | {
    readonly kind: '{';
};
/** Once. */
export declare function twice(a: string): string;
export declare function twice(a: number): number;
export declare const five: readonly [5];
/** Holds. */
export declare class Holder {
    #private;
    get<T>(key: Map<string, T>): T;
}
export {};
`;

test('exported declarations are found whole, with their comments', () => {
  const found = [...parseDeclarations(emitted).values()].map(({ kind, name, comment, text }) => [
    kind,
    name,
    comment,
    text,
  ]);
  assert.deepEqual(found, [
    [
      'interface',
      'Shown',
      'Where the\ntext goes on.',
      `interface Shown extends B {
  /** A member. */
  readonly list: readonly {
    readonly a: (text: string) => void;
  }[];
}`,
    ],
    ['type', 'Union', '', "type Union = {\n  readonly kind: 'a;';\n} | {\n  readonly kind: '{';\n};"],
    ['function', 'twice', 'Once.', 'function twice(a: string): string;\nfunction twice(a: number): number;'],
    ['const', 'five', '', 'const five: readonly [5];'],
    ['class', 'Holder', 'Holds.', 'class Holder {\n  get<T>(key: Map<string, T>): T;\n}'],
  ]);
});
