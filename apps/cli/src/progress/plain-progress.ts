import type { ProgressEvent } from '@slipway/core';
import type { TextSink } from '../machine/machine.ts';
import { formatAmount, formatSeconds } from '../output/format-amount.ts';
import { printable } from '../output/printable.ts';
import type { Reporter } from './reporter.ts';

/** Between two lines about the same stage. */
const quietMilliseconds = 5000;

/** One line when a stage starts, one every few seconds, one when it ends: for logs. */
export function plainProgress(sink: TextSink, now: () => number): Reporter {
  let last = now();
  function listen(event: ProgressEvent): void {
    switch (event.type) {
      case 'stage-start':
        last = now();
        sink.write(`${event.stage} ...\n`);
        break;
      case 'advance':
        if (now() - last >= quietMilliseconds) {
          last = now();
          const item = event.item === undefined ? '' : ` (${printable(event.item)})`;
          sink.write(`${event.stage}: ${formatAmount(event.done, event.total, event.unit)}${item}\n`);
        }
        break;
      case 'stage-end':
        sink.write(`${event.stage}: ${printable(event.summary)} [${formatSeconds(event.seconds)}]\n`);
        break;
      case 'note':
        sink.write(`${event.level === 'warning' ? 'warning: ' : ''}${printable(event.text)}\n`);
        break;
    }
  }
  return { listen, close: () => {} };
}
