import type { ProgressEvent } from '@slipway/core';
import type { TextSink } from '../machine/machine.ts';
import { formatAmount, formatSeconds } from '../output/format-amount.ts';
import type { Paint } from '../output/paint.ts';
import { printable } from '../output/printable.ts';
import type { Reporter } from './reporter.ts';

/** A redraw costs a write to the terminal; ten a second look smooth. */
const redrawMilliseconds = 100;
const barWidth = 24;
const stageWidth = 11;
const defaultColumns = 80;
/** Back to the first column, and clear to the end of the line (ECMA-48 EL). */
const clearLine = '\r\x1b[K';

/** One bar for the stage that runs; finished stages stay above it as lines. */
export function barProgress(sink: TextSink, now: () => number, paint: Paint): Reporter {
  let drawn = Number.NEGATIVE_INFINITY;
  let isOpen = false;
  function draw(text: string): void {
    sink.write(`${clearLine}${text}`);
    isOpen = !text.endsWith('\n');
  }
  function listen(event: ProgressEvent): void {
    switch (event.type) {
      case 'stage-start':
        drawn = Number.NEGATIVE_INFINITY;
        draw(paint('bold', event.stage.padEnd(stageWidth)));
        break;
      case 'advance':
        if (now() - drawn >= redrawMilliseconds) {
          drawn = now();
          draw(clip(barLine(event), sink.columns ?? defaultColumns));
        }
        break;
      case 'stage-end':
        draw(
          `${paint('bold', event.stage.padEnd(stageWidth))} ${printable(event.summary)} ${paint('dim', formatSeconds(event.seconds))}\n`,
        );
        break;
      case 'note':
        draw(`${event.level === 'warning' ? paint('yellow', 'warning: ') : ''}${printable(event.text)}\n`);
        break;
    }
  }
  return {
    listen,
    close: () => {
      if (isOpen) {
        draw('');
        isOpen = false;
      }
    },
  };
}

function barLine(event: Extract<ProgressEvent, { type: 'advance' }>): string {
  const amount = formatAmount(event.done, event.total, event.unit);
  const item = event.item === undefined ? '' : `  ${printable(event.item)}`;
  const stage = event.stage.padEnd(stageWidth);
  if (event.total === undefined || event.total === 0) {
    return `${stage} ${amount}${item}`;
  }
  const filled = Math.min(barWidth, Math.floor((event.done / event.total) * barWidth));
  return `${stage} ${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${amount}${item}`;
}

/** A bar must not wrap: the terminal's last column stays free. */
function clip(text: string, columns: number): string {
  return text.length < columns ? text : text.slice(0, columns - 1);
}
