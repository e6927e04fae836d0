import { SlipwayError } from '@slipway/core';

/** A Debian version (deb-version(7)): `[epoch:]upstream[-revision]`. */
export interface DebianVersion {
  readonly epoch: number;
  readonly upstream: string;
  /** Empty when the text names none; it then compares as `0`. */
  readonly revision: string;
}

const versionPattern = /^(?:(\d{1,10}):)?([A-Za-z0-9.+~:-]+?)(?:-([A-Za-z0-9.+~]*))?$/;
/** dpkg keeps epochs in a C int. */
const epochLimit = 0x7fff_ffff;
/** Longer versions are accepted by dpkg but occur nowhere. */
const lengthLimit = 4096;

/** Throws `UPSTREAM_BAD_VERSION`. Looser than policy where dpkg is: versions may begin with a letter. */
export function parseDebianVersion(text: string): DebianVersion {
  const match = text.length <= lengthLimit ? versionPattern.exec(text) : null;
  const epoch = Number(match?.[1] ?? 0);
  const upstream = match?.[2];
  if (upstream === undefined || epoch > epochLimit || (upstream.includes(':') && match?.[1] === undefined)) {
    throw new SlipwayError('UPSTREAM_BAD_VERSION', `Cannot read the version ${JSON.stringify(text.slice(0, 200))}`, {
      hint: 'Debian versions have the form [epoch:]upstream[-revision] (deb-version(7))',
    });
  }
  return { epoch, upstream, revision: match?.[3] ?? '' };
}

export function formatDebianVersion({ epoch, upstream, revision }: DebianVersion): string {
  return `${epoch > 0 || upstream.includes(':') ? `${epoch}:` : ''}${upstream}${revision === '' ? '' : `-${revision}`}`;
}

/** Negative, zero or positive as `dpkg --compare-versions` decides lt, eq or gt. */
export function compareDebianVersions(a: DebianVersion, b: DebianVersion): number {
  return a.epoch - b.epoch || compareParts(a.upstream, b.upstream) || compareParts(a.revision, b.revision);
}

/**
 * deb-version(7), "Sorting algorithm": turns of the longest run of non-digits, compared by `rank`, and the longest
 * run of digits, compared as numbers; a run that is missing is the empty run, an empty number is 0.
 */
function compareParts(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a, i)) || (j < b.length && !isDigit(b, j))) {
      const difference = rank(a, i++) - rank(b, j++);
      if (difference !== 0) {
        return difference;
      }
    }
    const endA = endOfDigits(a, i);
    const endB = endOfDigits(b, j);
    const difference = compareNumbers(a.slice(i, endA), b.slice(j, endB));
    if (difference !== 0) {
      return difference;
    }
    i = endA;
    j = endB;
  }
  return 0;
}

/** `~` before the end of a run, then letters, then everything else, by ASCII. */
function rank(text: string, at: number): number {
  const code = at < text.length ? text.charCodeAt(at) : 0x30;
  if (code === 0x7e) {
    return -1;
  }
  if (code >= 0x30 && code <= 0x39) {
    return 0;
  }
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a ? code : code + 256;
}

function compareNumbers(a: string, b: string): number {
  const x = a.replace(/^0+/, '');
  const y = b.replace(/^0+/, '');
  return x.length - y.length || (x < y ? -1 : x > y ? 1 : 0);
}

function endOfDigits(text: string, from: number): number {
  let at = from;
  while (at < text.length && isDigit(text, at)) {
    at++;
  }
  return at;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}
