import type { Difference } from './difference.ts';

const shownCharacters = 160;

/** The first line that differs, in both versions. */
export function describeTextDifference(expected: Buffer, got: Buffer): Difference {
  let at = 0;
  while (at < expected.length && at < got.length && expected[at] === got[at]) {
    at++;
  }
  const start = at === 0 ? 0 : expected.lastIndexOf(0x0a, at - 1) + 1;
  const line = expected.subarray(0, start).toString('latin1').split('\n').length;
  return {
    what: `line ${line} differs`,
    expected: shownLine(expected, { start, at }),
    got: shownLine(got, { start, at }),
  };
}

/** The line from `start`, quoted; of a long one what is around the place that differs. */
function shownLine(bytes: Buffer, { start, at }: { start: number; at: number }): string {
  if (start >= bytes.length) {
    return 'the end of the text';
  }
  const lineEnd = bytes.indexOf(0x0a, start);
  const end = lineEnd < 0 ? bytes.length : lineEnd + 1;
  const from = Math.max(start, at - shownCharacters / 2);
  const to = Math.min(end, from + shownCharacters);
  const text = JSON.stringify(bytes.subarray(from, to).toString());
  return `${from > start ? '… ' : ''}${text}${to < end ? ' …' : ''}`;
}
