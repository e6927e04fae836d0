import { SlipwayError } from '@slipway/core';
import type { DatedCommit } from './git/bare-repository.ts';

/**
 * Seconds since 1970 of an RFC 3339 time with an offset; parts of a second are cut off. Throws `UPSTREAM_BAD_ADDRESS`.
 */
export function parseInstant(text: string): number {
  const isInstant = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/.test(text);
  const milliseconds = isInstant ? Date.parse(text.toUpperCase()) : Number.NaN;
  if (Number.isNaN(milliseconds)) {
    throw new SlipwayError('UPSTREAM_BAD_ADDRESS', `Cannot read ${JSON.stringify(text.slice(0, 80))} as a time`, {
      hint: 'write an RFC 3339 time with an offset, such as 2026-02-24T00:00:00Z',
    });
  }
  return Math.floor(milliseconds / 1000);
}

export function formatInstant(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `@${seconds}` : date.toISOString().replace('.000Z', 'Z');
}

/**
 * The newest commit at or before a time on a branch that is given along its first parents, newest first
 * (overlays.md 3.1). Newest is what the branch had last: where clocks were wrong, a commit wins over its parents
 * whatever their times. A branch that is merged in later cannot change the answer, as its commits are second parents.
 */
export function planSnapshotCommit(firstParents: readonly DatedCommit[], seconds: number): string | undefined {
  return firstParents.find(({ committed }) => committed <= seconds)?.commit;
}

/** Whether no commit that comes later can change the answer: the branch went on after the time. */
export function isPast(firstParents: readonly DatedCommit[], seconds: number): boolean {
  return firstParents.some(({ committed }) => committed > seconds);
}
