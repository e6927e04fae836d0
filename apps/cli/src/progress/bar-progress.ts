import { styleText } from 'node:util';
import type { ProgressEvent } from '@slipway/core';
import { formatAmount, formatSeconds } from './format-amount.ts';
import type { Reporter, TextSink } from './reporter.ts';

const redrawMilliseconds = 100;
const barWidth = 24;
const stageWidth = 11;

/** One bar for the stage that runs; finished stages stay above it as lines. */
export function barProgress(sink: TextSink, now: () => number): Reporter {
  let drawn = 0;
  let open = false;
  function line(text: string): void {
    sink.write(`\r\x1b[K${text}`);
    open = true;
  }
  function listen(event: ProgressEvent): void {
    switch (event.type) {
      case 'stage-start':
        line(stageName(event.stage));
        break;
      case 'advance':
        if (now() - drawn >= redrawMilliseconds) {
          drawn = now();
          line(clip(barLine(event), sink.columns ?? 80));
        }
        break;
      case 'stage-end':
        line(`${stageName(event.stage)} ${event.summary} ${styleText('dim', formatSeconds(event.seconds))}\n`);
        open = false;
        break;
      case 'note':
        line(`${event.level === 'warning' ? styleText('yellow', 'warning: ') : ''}${event.text}\n`);
        open = false;
        break;
    }
  }
  return { listen, close: () => open && sink.write('\r\x1b[K') };
}

function barLine(event: Extract<ProgressEvent, { type: 'advance' }>): string {
  const amount = formatAmount(event.done, event.total, event.unit);
  const item = event.item === undefined ? '' : `  ${event.item}`;
  if (event.total === undefined || event.total === 0) {
    return `${event.stage.padEnd(stageWidth)} ${amount}${item}`;
  }
  const filled = Math.min(barWidth, Math.round((event.done / event.total) * barWidth));
  return `${event.stage.padEnd(stageWidth)} ${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${amount}${item}`;
}

function stageName(stage: string): string {
  return styleText('bold', stage.padEnd(stageWidth));
}

/** A bar must not wrap: the terminal's last column stays free. */
function clip(text: string, columns: number): string {
  return text.length < columns ? text : text.slice(0, columns - 1);
}
