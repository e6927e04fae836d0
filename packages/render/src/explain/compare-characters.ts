import { editScript, type LineEdit } from '@slipway/spec';

/** A piece of two texts laid over each other: in both, in the wanted one only, or in the found one only. */
export interface TextSpan {
  readonly kind: 'same' | 'wanted' | 'found';
  readonly text: string;
}

/** Longer texts are compared by their beginnings: the work grows with the square. */
const comparedCharacters = 400;
/** Fewer equal characters between two differences are chance. */
const leastSame = 3;

const kinds = { kept: 'same', removed: 'wanted', added: 'found' } as const;

/**
 * What `found` has and lacks of `wanted`, character by character. The spans that are not `found` make up `wanted`, those
 * that are not `wanted` make up `found` (each cut at 400 characters).
 */
export function compareCharacters(wanted: string, found: string): TextSpan[] {
  const spans = joined(editScript(charactersOf(wanted), charactersOf(found)).map(spanOf));
  return joined(spans.flatMap((span, index) => (isChance(spans, index) ? bothSides(span) : [span])));
}

/** Share of equal characters, from 0 to 1 (Dice), blanks at the ends ignored. */
export function textSimilarity(wanted: string, found: string): number {
  const spans = compareCharacters(wanted.trim(), found.trim());
  const same = spans.reduce((sum, { kind, text }) => sum + (kind === 'same' ? 2 * text.length : 0), 0);
  const total = spans.reduce((sum, { kind, text }) => sum + (kind === 'same' ? 2 : 1) * text.length, 0);
  return total === 0 ? 1 : same / total;
}

function charactersOf(text: string): string[] {
  return Array.from(text).slice(0, comparedCharacters);
}

function spanOf({ kind, line }: LineEdit): TextSpan {
  return { kind: kinds[kind], text: line };
}

function isChance(spans: readonly TextSpan[], index: number): boolean {
  const { kind, text } = spans[index] as TextSpan;
  return kind === 'same' && text.length < leastSame && index > 0 && index < spans.length - 1;
}

function bothSides({ text }: TextSpan): TextSpan[] {
  return [
    { kind: 'wanted', text },
    { kind: 'found', text },
  ];
}

/** Neighbouring differences become one span of each kind, the wanted one first. */
function joined(spans: readonly TextSpan[]): TextSpan[] {
  const result: TextSpan[] = [];
  let pending = { wanted: '', found: '' };
  const flush = () => {
    result.push(...(['wanted', 'found'] as const).map((kind) => ({ kind, text: pending[kind] })).filter(hasText));
    pending = { wanted: '', found: '' };
  };
  for (const { kind, text } of spans) {
    if (kind !== 'same') {
      pending[kind] += text;
      continue;
    }
    const last = result.at(-1);
    if (pending.wanted + pending.found === '' && last?.kind === 'same') {
      result[result.length - 1] = { kind, text: last.text + text };
    } else {
      flush();
      result.push({ kind, text });
    }
  }
  flush();
  return result;
}

function hasText({ text }: TextSpan): boolean {
  return text !== '';
}
