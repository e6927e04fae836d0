import { toByteText } from './byte-text.ts';
import type { Re2Node } from './re2-syntax.ts';

/**
 * A text (byte string) that is in every match, the longest that is easily seen; empty when there is none. Where it is
 * not in a line, neither is a match.
 */
export function requiredText(node: Re2Node): string {
  switch (node.kind) {
    case 'rune':
      return literalText(node.literal);
    case 'sequence':
      return requiredOfSequence(node.parts);
    case 'repeat':
      return node.min === 0 ? '' : requiredText(node.body);
    default:
      return '';
  }
}

/** Literals that follow each other count as one; an assertion between them takes no room. */
function requiredOfSequence(parts: readonly Re2Node[]): string {
  let longest = '';
  let run = '';
  for (const part of parts) {
    if (part.kind === 'assertion' || part.kind === 'empty') {
      continue;
    }
    const text = requiredText(part);
    run = part.kind === 'rune' && text !== '' ? run + text : '';
    longest = [longest, run, text].reduce((best, each) => (each.length > best.length ? each : best));
  }
  return longest;
}

/** What damaged UTF-8 is read as. */
const replacementRune = 0xfffd;

function literalText(code: number | undefined): string {
  return code === undefined || code === replacementRune ? '' : toByteText(String.fromCodePoint(code));
}
