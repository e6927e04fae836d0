import { SlipwayError } from '@slipway/core';
import type { Evr } from './package-metadata.ts';
import { compareVersions } from './version.ts';

/** Epochs are unsigned 32-bit integers in headers (RPMTAG_EPOCH). */
const maxEpoch = 0xffffffff;

/**
 * Orders EVRs as rpm 6 does: epoch, then version, then release (rpmverCmp). An empty release sorts before every
 * other one, so that this is a total order; whether a relation matches is the business of `overlaps`.
 */
export function compareEvr(a: Evr, b: Evr): -1 | 0 | 1 {
  if (a.epoch !== b.epoch) {
    return a.epoch < b.epoch ? -1 : 1;
  }
  return compareVersions(a.version, b.version) || compareReleases(a.release, b.release);
}

function compareReleases(a: string, b: string): -1 | 0 | 1 {
  if (a === '' || b === '') {
    return a === b ? 0 : a === '' ? -1 : 1;
  }
  return compareVersions(a, b);
}

/**
 * Splits `[epoch:]version[-release]`: the epoch is what stands before the first colon if that is digits only, the
 * release what follows the last hyphen. Throws `RPM_BAD_EVR` for an empty text or an epoch beyond 32 bits.
 */
export function parseEvr(text: string): Evr {
  const digits = /^[0-9]*/.exec(text)?.[0] ?? '';
  const hasEpoch = text[digits.length] === ':';
  const epoch = hasEpoch ? Number(digits) : 0;
  if (text === '' || epoch > maxEpoch) {
    throw new SlipwayError(
      'RPM_BAD_EVR',
      `Cannot read the version "${text.slice(0, 80)}": empty, or its epoch is too big`,
      {
        hint: 'write [epoch:]version[-release], for example 1:2.0-3',
      },
    );
  }
  const rest = hasEpoch ? text.slice(digits.length + 1) : text;
  const hyphen = rest.lastIndexOf('-');
  return hyphen < 0
    ? { epoch, version: rest, release: '' }
    : { epoch, version: rest.slice(0, hyphen), release: rest.slice(hyphen + 1) };
}

/** `[epoch:]version[-release]`; an epoch of 0 and an empty release are left out. */
export function formatEvr(evr: Evr): string {
  const epoch = evr.epoch === 0 ? '' : `${evr.epoch}:`;
  return `${epoch}${evr.version}${evr.release === '' ? '' : `-${evr.release}`}`;
}
