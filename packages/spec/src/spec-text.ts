import { SlipwayError } from '@slipway/core';

/**
 * A spec as one byte string (latin1, one character per byte). Every overlay finds the lines anew, so that a line end or
 * a header which one overlay writes is structure for the next.
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

/** Throws `SPEC_LINE_TOO_LONG`. Looks for the last line end within the limit, so most of the text is not looked at. */
export function checkLineLengths({ text }: SpecText): void {
  for (let start = 0; text.length - start >= lineLimit; ) {
    const end = text.lastIndexOf('\n', start + lineLimit - 1);
    if (end < start) {
      throw lineTooLong(text.slice(0, start).split('\n').length);
    }
    start = end + 1;
  }
}

function lineTooLong(line: number): SlipwayError {
  return new SlipwayError('SPEC_LINE_TOO_LONG', `line ${line} of the spec has ${lineLimit} bytes or more`, {
    hint: 'break the line with a backslash',
    data: { line },
  });
}
