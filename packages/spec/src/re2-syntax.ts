import type { RuneSet } from './re2-class.ts';

export type Assertion = 'text-begin' | 'text-end' | 'line-begin' | 'line-end' | 'word' | 'not-word';

/** The syntax tree of a regular expression; groups only group, because replacements are literal. */
export type Re2Node =
  | { readonly kind: 'empty' }
  /** `literal` is the one member of a set that has no other. */
  | { readonly kind: 'rune'; readonly set: RuneSet; readonly literal?: number }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly Re2Node[] }
  | { readonly kind: 'choice'; readonly branches: readonly Re2Node[] }
  | {
      readonly kind: 'repeat';
      readonly body: Re2Node;
      readonly min: number;
      /** Infinity for no limit. */
      readonly max: number;
      readonly greedy: boolean;
    };

/** RE2 refuses more than 1000 copies of anything, also by nested repetition. */
export const repeatLimit = 1000;

/** Whether the repetitions of `node` multiply to at most `allowed` copies (`(a{100}){100}` is refused). */
export function copiesWithin(node: Re2Node, allowed: number): boolean {
  switch (node.kind) {
    case 'sequence':
      return node.parts.every((part) => copiesWithin(part, allowed));
    case 'choice':
      return node.branches.every((branch) => copiesWithin(branch, allowed));
    case 'repeat': {
      const counted = node.min > 1 || (Number.isFinite(node.max) && node.max > 1);
      const copies = counted ? (Number.isFinite(node.max) ? node.max : node.min) : 1;
      if (node.max === 0) {
        return true;
      }
      return copies <= allowed && copiesWithin(node.body, Math.floor(allowed / copies));
    }
    default:
      return true;
  }
}

/** Whether the expression can match without consuming anything (assertions count as nothing). */
export function isNullable(node: Re2Node): boolean {
  switch (node.kind) {
    case 'rune':
      return false;
    case 'sequence':
      return node.parts.every(isNullable);
    case 'choice':
      return node.branches.some(isNullable);
    case 'repeat':
      return node.min === 0 || isNullable(node.body);
    default:
      return true;
  }
}

/** One character and no other. */
export function isLiteral(node: Re2Node): boolean {
  return node.kind === 'rune' && node.literal !== undefined;
}
