import type { Evr } from '@slipway/rpm';
import { type DebianVersion, parseDebianVersion } from './debian-version.ts';

/**
 * The EVR of a Debian version. Epoch, dots, letters and digits stay as they are, and
 *
 * 1. `+` becomes `^`, which in rpm has the place of Debian's plus: after the base, before any further number;
 * 2. a number directly after `+` or `~` is written `^N` (`1.0+~2` → `1.0^~^2`), because Debian puts it before words
 *    and rpm would put it after them;
 * 3. `-` (and `:`) inside the upstream part becomes `.`, which is what rpm allows there;
 * 4. a version without revision gets the release `0`, because dpkg compares it so.
 *
 * The order of two versions is kept when `isOrderPreserved` holds for both; `checkRelations` finds what is left.
 * Throws `UPSTREAM_BAD_VERSION` for a text that is no version.
 */
export function mapVersion(given: DebianVersion | string): Evr {
  const version = typeof given === 'string' ? parseDebianVersion(given) : given;
  return { epoch: version.epoch, version: mapPart(version.upstream), release: mapPart(version.revision) };
}

function mapPart(part: string): string {
  const mapped = part
    .replace(/[+~](?=[0-9])/g, '$&^')
    .replaceAll('+', '^')
    .replace(/[-:]/g, '.');
  return mapped === '' ? '0' : mapped.endsWith('.') ? `${mapped}0` : mapped;
}

/** What may follow what in a part whose order is kept; see `isOrderPreserved`. */
const regularPart = /^[0-9](?:[0-9]|(?<=[0-9])\.(?=[0-9]|$)|(?<=[0-9])[+~]|(?<=[A-Za-z~+])~|(?<=[A-Za-z+~])[A-Za-z])*$/;
/** A zero where Debian sees no difference to nothing at all, and rpm does. */
const ambiguousZero = /[A-Za-z+~]0+(?:~|$)/;

/**
 * Whether a version belongs to the class on which `mapVersion` provably keeps dpkg's order: for any two of its
 * members the sign of dpkg's comparison equals that of rpm's. Both parts must follow this grammar:
 *
 *     part   = number *( "." number / plus / tilde ) [ "." ]
 *     plus   = "+" [ word / number / tilde ]
 *     tilde  = 1*"~" [ word / number ]
 *     word   = 1*letter [ number ] / 1*letter tilde
 *
 * where a `plus` or `tilde` that ends without a number is followed by a tilde or the end of the part, and no number
 * 0 that follows a letter, `+` or `~` stands before a tilde or the end. Why it holds: after a number dpkg
 * orders `~` < end < `+` < `.`, and rpm orders the images `~` < end < `^` < digit; after `+` or `~` dpkg orders
 * `~` < end < number < word, and rpm `~` < end < `^`number < word; after a word both order
 * `~` < end < number < longer word. Outside the class are a letter after a number (`1.2a`, against `1.2+b`), `-` in
 * the upstream part (`1-2` against `1.1`), a letter after a dot (`1.rc1` against `1.2`), and `.`, `+` or `-` after a word.
 */
export function isOrderPreserved(version: DebianVersion): boolean {
  return isRegular(version.upstream) && (version.revision === '' || isRegular(version.revision));
}

function isRegular(part: string): boolean {
  return regularPart.test(part) && !ambiguousZero.test(part);
}
