import { SlipwayError } from '@slipway/core';

const unitBytes: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** Sizes as people write them; the units are those of IEC 80000-13 and SI. */
export const sizePattern = /^(\d{1,12})(?:\.(\d{1,6}))? ?(B|[kMGT]B|[KMGT]iB)$/;

/** Bytes of a size such as `512 MiB` or `1.5 GB`. Throws `PROJECT_BAD_VALUE`. */
export function parseSize(size: string): number {
  const bytes = sizeBytes(size);
  if (bytes === undefined) {
    throw new SlipwayError('PROJECT_BAD_VALUE', `Cannot read the size "${size.slice(0, 40)}"`, {
      hint: 'write a number and a unit, such as "512 MiB" (B, kB, MB, GB, TB, KiB, MiB, GiB, TiB)',
    });
  }
  return bytes;
}

/** The same as a value: undefined for anything that is not a whole number of bytes that JavaScript can hold. */
export function sizeBytes(size: string): number | undefined {
  const match = sizePattern.exec(size);
  if (match === null) {
    return undefined;
  }
  const [, whole = '', fraction = '', unit = ''] = match;
  const scaled = BigInt(whole + fraction) * BigInt(unitBytes[unit] ?? 0);
  const divisor = 10n ** BigInt(fraction.length);
  const bytes = Number(scaled / divisor);
  return scaled % divisor === 0n && Number.isSafeInteger(bytes) ? bytes : undefined;
}
