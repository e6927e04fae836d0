export type RepeatCount = readonly [min: number, max: number];

/** `{n}`, `{n,}` and `{n,m}` without leading zeros; any other brace is a literal. */
export const countPattern = /^\{(0|[1-9][0-9]*)(,(0|[1-9][0-9]*)?)?\}/;

/** Numbers beyond all limits stay finite, so that they are refused and not taken for "no limit". */
export function boundsOf(found: RegExpExecArray): RepeatCount {
  const [min, max] = [found[1], found[3]].map((digits) => Math.min(Number(digits), Number.MAX_SAFE_INTEGER)) as [
    number,
    number,
  ];
  return [min, found[2] === undefined ? min : found[3] === undefined ? Number.POSITIVE_INFINITY : max];
}
