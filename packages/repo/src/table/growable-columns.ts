import { SlipwayError } from '@slipway/core';

/** More than any repository has: a hostile one stops here. */
const maxElements = 1 << 28;

/** The same elements with room for at least `needed`. */
export function withRoom<T extends Uint32Array | Float64Array | Uint8Array | Buffer>(column: T, needed: number): T {
  if (needed <= column.length) {
    return column;
  }
  if (needed > maxElements) {
    throw new SlipwayError(
      'CORE_LIMIT',
      'Cannot read the repository: it has more packages, relations or names than fit',
    );
  }
  const size = Math.min(maxElements, Math.max(needed, column.length * 2));
  const make = column.constructor as new (length: number) => T;
  const larger = Buffer.isBuffer(column) ? (Buffer.allocUnsafeSlow(size) as typeof column) : new make(size);
  larger.set(column);
  return larger;
}
