import { SlipwayError } from '@slipway/core';
import type { NumberedLine } from './nearest-lines.ts';
import type { Overlay } from './overlay.ts';

/** The cause with the overlay's number and type in its message, the overlay's place, and `data.index` and `data.type`. */
export function overlayError(index: number, overlay: Overlay, cause: unknown): unknown {
  if (!(cause instanceof SlipwayError)) {
    return cause;
  }
  const place = overlay.at ?? cause.at;
  const hint = [cause.hint, nearestHint(cause.data?.nearest)].filter((part) => part !== undefined).join('\n');
  return new SlipwayError(cause.code, `Cannot apply overlay ${index + 1} (${overlay.type}): ${cause.message}`, {
    ...(hint === '' ? {} : { hint }),
    ...(place === undefined ? {} : { at: place }),
    cause,
    data: { ...cause.data, index, type: overlay.type },
  });
}

/** The nearest lines or names, as the errors of overlays carry them, in words. */
function nearestHint(nearest: unknown): string | undefined {
  if (!Array.isArray(nearest) || nearest.length === 0) {
    return undefined;
  }
  const lines = (nearest as (NumberedLine | string)[]).map((each) =>
    typeof each === 'string' ? `  ${each}` : `  ${each.line}: ${each.text}`,
  );
  return ['nearest to it:', ...lines].join('\n');
}
