import { plural, SlipwayError } from '@slipway/core';
import type { Overlay } from '@slipway/spec';

/**
 * The index of the overlay that is meant by its number (from 1), or by text that only its description has (case ignored).
 * Throws `SPEC_NO_OVERLAY` when none or several are meant.
 */
export function selectOverlay(overlays: readonly Overlay[], wanted: string): number {
  if (/^[0-9]+$/.test(wanted)) {
    const index = Number(wanted) - 1;
    if (overlays[index] === undefined) {
      const have = overlays.length === 0 ? 'no overlays' : plural(overlays.length, 'overlay');
      throw noOverlay(`Cannot find overlay ${wanted}: the component has ${have}`, overlays);
    }
    return index;
  }
  const text = wanted.toLowerCase();
  const found = overlays.flatMap(({ description = '' }, index) =>
    description.toLowerCase().includes(text) ? [index] : [],
  );
  if (found.length !== 1) {
    const which = found.length === 0 ? 'no overlay' : `overlays ${found.map((index) => index + 1).join(', ')}`;
    throw noOverlay(`Cannot tell which overlay is meant by ${JSON.stringify(wanted)}: ${which} say that`, overlays);
  }
  return found[0] as number;
}

function noOverlay(message: string, overlays: readonly Overlay[]): SlipwayError {
  const shown = overlays
    .slice(0, 20)
    .map(({ type, description = '' }, index) => `  ${index + 1}  ${type}  ${description}`);
  return new SlipwayError('SPEC_NO_OVERLAY', message, {
    hint: ['use the number of the overlay, or text of its description:', ...shown].join('\n'),
  });
}
