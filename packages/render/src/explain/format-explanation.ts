import { formatPosition, plural } from '@slipway/core';
import type { DeviationChange, Overlay } from '@slipway/spec';
import type { OverlayExplanation } from './explain-overlays.ts';
import { formatFailure } from './format-failure.ts';
import { type Paint, paintDiff, printableText } from './paint.ts';

/** For people: a heading, what became of the overlay, and its coloured diff. Ends with a line end. */
export function formatExplanation(explanation: OverlayExplanation, total: number, paint: Paint): string {
  const { number, overlay, changes, failure, without } = explanation;
  const missing = without.length === 0 ? [] : [paint('yellow', `as if ${nameOverlays(without)} were not there`)];
  const body =
    failure === undefined ? changes.map((change) => formatChange(change, paint)) : [formatFailure(failure, paint)];
  return `${[overlayHeading({ number, total, overlay }, paint), outcomeLine(explanation, paint), ...missing, ...body].join('\n')}\n`;
}

/** `overlay 3 of 5  spec-search-replace  base/x.comp.toml:12  "description"` */
export function overlayHeading(
  { number, total, overlay }: { number: number; total: number; overlay: Overlay },
  paint: Paint,
): string {
  const { type, at, description } = overlay;
  const place = at === undefined ? [] : [paint('dim', printableText(formatPosition(at)))];
  const reason = description === undefined ? [] : [JSON.stringify(printableText(description))];
  return [paint('bold', `overlay ${number} of ${total}`), paint('cyan', type), ...place, ...reason].join('  ');
}

function outcomeLine({ outcome, overlay, linesAdded, linesRemoved }: OverlayExplanation, paint: Paint): string {
  switch (outcome) {
    case 'applied':
      return paint('green', `applied: ${plural(linesAdded, 'line')} added, ${linesRemoved} removed`);
    case 'no-effect':
      return paint('yellow', 'no effect: everything is as it asks for already');
    case 'failed':
      return paint('red', 'failed');
    case 'in-archive':
      return paint(
        'dim',
        `changes files inside ${printableText(('archive' in overlay && overlay.archive) || 'an archive')}: not shown here`,
      );
  }
}

/** A change that has no diff is described. */
function formatChange({ path, kind, renamedFrom, diff }: DeviationChange, paint: Paint): string {
  if (diff !== '') {
    return paintDiff(diff.replace(/\n$/, ''), paint);
  }
  const what = renamedFrom === undefined ? `${path} is ${kind}` : `${renamedFrom} is renamed to ${path}`;
  return printableText(what);
}

function nameOverlays(numbers: readonly number[]): string {
  return `overlay${numbers.length === 1 ? '' : 's'} ${numbers.join(', ')}`;
}
