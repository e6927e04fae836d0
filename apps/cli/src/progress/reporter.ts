import type { ProgressListener } from '@slipway/core';
import { barProgress } from './bar-progress.ts';
import { plainProgress } from './plain-progress.ts';

export type ProgressStyle = 'auto' | 'bars' | 'plain' | 'json' | 'none';

export const progressStyles: readonly ProgressStyle[] = ['auto', 'bars', 'plain', 'json', 'none'];

export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Reporter {
  readonly listen: ProgressListener;
  /** Leaves the terminal as it was. */
  close(): void;
}

/** `now` gives milliseconds; bars are redrawn at most ten times a second. */
export function createReporter(style: ProgressStyle, sink: TextSink, now: () => number): Reporter {
  const chosen = style === 'auto' ? (sink.isTTY ? 'bars' : 'plain') : style;
  switch (chosen) {
    case 'bars':
      return barProgress(sink, now);
    case 'plain':
      return plainProgress(sink, now);
    case 'json':
      return { listen: (event) => sink.write(`${JSON.stringify(event)}\n`), close: () => {} };
    default:
      return { listen: () => {}, close: () => {} };
  }
}
