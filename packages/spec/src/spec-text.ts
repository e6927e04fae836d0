import { SlipwayError } from '@slipway/core';

/**
 * A spec as one byte string (latin1, one character per byte). Every overlay splits it into lines anew, so that a line
 * end or a header which one overlay writes is structure for the next.
 */
export interface SpecText {
  readonly text: string;
}

/** Go's bufio.Scanner, which azldev reads with, refuses lines from this size on, in bytes with a CR before the LF. */
const lineLimit = 65_536;
/** The largest spec of Azure Linux 4 has 2 MB. */
const specLimitBytes = 64 << 20;

/** Throws `CORE_LIMIT`. */
export function parseSpec(bytes: Uint8Array): SpecText {
  if (bytes.length > specLimitBytes) {
    throw new SlipwayError('CORE_LIMIT', `Cannot read a spec of ${bytes.length} bytes: the limit is ${specLimitBytes}`);
  }
  return { text: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1') };
}

export function formatSpec({ text }: SpecText): Buffer {
  return Buffer.from(text, 'latin1');
}

/** The lines as byte strings: split at LF, one CR taken from the end of each. Throws `SPEC_LINE_TOO_LONG`. */
export function specLines({ text }: SpecText): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') {
    lines.pop();
  }
  const tooLong = lines.findIndex((line) => line.length >= lineLimit);
  if (tooLong >= 0) {
    throw new SlipwayError('SPEC_LINE_TOO_LONG', `line ${tooLong + 1} of the spec has ${lineLimit} bytes or more`, {
      hint: 'break the line with a backslash',
      data: { line: tooLong + 1 },
    });
  }
  return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}

/** Every line ends with LF; no lines are an empty text. */
export function specOfLines(lines: readonly string[]): SpecText {
  return { text: lines.length === 0 ? '' : `${lines.join('\n')}\n` };
}
