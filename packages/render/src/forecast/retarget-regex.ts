import { editScript, fromByteText, type Overlay } from '@slipway/spec';
import { quoteRegex } from '../explain/regex-elements.ts';

export type SearchReplace = Extract<Overlay, { type: 'spec-search-replace' | 'file-search-replace' }>;

interface LineChange {
  /** Decoded text of one line, and of what comes in its place: one line or several. */
  readonly from: string;
  readonly to: string;
}

/** More lines than this are not one change any more. */
const changedPlaces = 5;
/** How much of the line an expression names: the changed words, with their neighbours, all of it. */
const extents = ['words', 'neighbours', 'line'] as const;
type Extent = (typeof extents)[number];

/**
 * Search-and-replace overlays that could make `to` of `from` (lines as byte strings), the most general first. Each element
 * is a list of overlays that belong together, made from the one that is given; whether they do it has to be tried.
 */
export function retargetRegex(
  overlay: SearchReplace,
  from: readonly string[],
  to: readonly string[],
): SearchReplace[][] {
  const changes = lineChanges(from, to);
  if (changes === undefined || changes.length === 0) {
    return [];
  }
  return extents.map((extent) => {
    const pairs = changes.map((change) => expressionFor(change, extent));
    const distinct = new Map(pairs.map((pair) => [JSON.stringify(pair), pair]));
    return [...distinct.values()].slice(0, changedPlaces).map((pair) => ({ ...overlay, ...pair }));
  });
}

/** Undefined when lines come or go in a way that replacing text within lines cannot make. */
function lineChanges(from: readonly string[], to: readonly string[]): LineChange[] | undefined {
  const changes: LineChange[] = [];
  for (const { removed, added } of replacedBlocks(from, to)) {
    if (removed.length === 0 || added.length === 0 || (removed.length > 1 && removed.length !== added.length)) {
      return undefined;
    }
    const whole = removed.length === 1 ? [added.join('\n')] : added;
    changes.push(
      ...removed.map((line, index) => ({ from: fromByteText(line), to: fromByteText(whole[index] as string) })),
    );
  }
  return changes.filter((change) => change.from !== change.to);
}

interface Block {
  readonly removed: string[];
  readonly added: string[];
}

function replacedBlocks(from: readonly string[], to: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let open: Block | undefined;
  for (const { kind, line } of editScript(from, to)) {
    if (kind === 'kept') {
      open = undefined;
      continue;
    }
    if (open === undefined) {
      open = { removed: [], added: [] };
      blocks.push(open);
    }
    open[kind].push(line);
  }
  return blocks;
}

function expressionFor({ from, to }: LineChange, extent: Extent): { regex: string; replacement: string } {
  if (extent === 'line') {
    // a file is searched as a whole, and in a spec, which is searched by lines, (?m) changes nothing
    return { regex: `(?m)^${quoteRegex(from)}$`, replacement: to };
  }
  const [before, after] = [wordsOf(from), wordsOf(to)];
  const head = commonLength(before, after);
  const tail = commonLength(before.slice(head).reverse(), after.slice(head).reverse());
  /** An expression for no text would match everywhere. */
  const isEmpty = head + tail === before.length;
  const context = extent === 'neighbours' ? 2 : isEmpty ? 1 : 0;
  const start = Math.max(0, head - context);
  const end = Math.max(0, tail - (extent === 'neighbours' || (isEmpty && head === 0) ? context : 0));
  return {
    regex: quoteRegex(before.slice(start, before.length - end).join('')),
    replacement: after.slice(start, after.length - end).join(''),
  };
}

/** Words and the blanks between them. */
function wordsOf(text: string): string[] {
  return text.match(/\S+|\s+/g) ?? [];
}

function commonLength(a: readonly string[], b: readonly string[]): number {
  const differs = a.findIndex((word, index) => word !== b[index]);
  return differs < 0 ? a.length : differs;
}
