import type { ProgressListener } from '@slipway/core';
import type { TextSink } from '../machine/machine.ts';
import { noPaint, type Paint } from '../output/paint.ts';
import { barProgress } from './bar-progress.ts';
import { plainProgress } from './plain-progress.ts';

export const progressStyles = ['auto', 'bars', 'plain', 'json', 'none'] as const;

export type ProgressStyle = (typeof progressStyles)[number];

export interface Reporter {
  readonly listen: ProgressListener;
  /** Leaves the terminal as it was. */
  close(): void;
}

export interface ReporterOptions {
  readonly sink: TextSink;
  /** Milliseconds. */
  readonly now: () => number;
  readonly paint?: Paint;
}

/** Shows progress as bars, plain lines, one JSON document per line, or not at all. */
export function createReporter(style: Exclude<ProgressStyle, 'auto'>, options: ReporterOptions): Reporter {
  const { sink, now, paint = noPaint } = options;
  switch (style) {
    case 'bars':
      return barProgress(sink, now, paint);
    case 'plain':
      return plainProgress(sink, now);
    case 'json':
      return { listen: (event) => void sink.write(`${JSON.stringify(event)}\n`), close: () => {} };
    case 'none':
      return { listen: () => {}, close: () => {} };
  }
}

/** `auto`: bars on a terminal; in a pipe plain lines, or nothing when a program reads the output. */
export function chooseStyle(style: ProgressStyle, sink: TextSink, json: boolean): Exclude<ProgressStyle, 'auto'> {
  if (style !== 'auto') {
    return style;
  }
  return sink.isTTY === true ? 'bars' : json ? 'none' : 'plain';
}
