import type { Comparison, Evr } from '@slipway/rpm';
import type { DebianComparison, DebianRelation } from './debian-relation.ts';
import { mapVersion } from './map-version.ts';

/** The versioned part of an rpm relation. */
export interface RpmBound {
  readonly comparison: Comparison;
  readonly evr: Evr;
}

/** Larger than any number that stands in a version for itself; dates have eight digits and begin with 1 or 2. */
const everyNumber = '99999999';

const comparisons: Readonly<Record<DebianComparison, Comparison>> = {
  '<<': '<',
  '<=': '<=',
  '=': '=',
  '>=': '>=',
  '>>': '>',
};

/**
 * The rpm form of a Debian bound. Upper bounds that are written with a sorting trick, because nothing else says "every
 * revision of" or "every version that begins with", are rewritten for rpm, where letters do not follow numbers:
 * `<< V-.` and `<< V-z` → `<= V-99999999`; `<< V.x` → `< V.99999999`; `<< V.~` → `< V.0~~`.
 */
export function mapBound({ comparison, version }: NonNullable<DebianRelation['bound']>): RpmBound {
  const evr = mapVersion(version);
  if (comparison === '<<' || comparison === '<=') {
    if (/^[A-Za-z.]/.test(version.revision)) {
      return { comparison: '<=', evr: { ...evr, release: everyNumber } };
    }
    const [, base, trick] = /^(.*[0-9])\.(~|[A-Za-z]+)$/.exec(version.upstream) ?? [];
    if (base !== undefined && version.revision === '') {
      const mapped = mapVersion({ ...version, upstream: base });
      const end = trick === '~' ? '.0~~' : `.${everyNumber}`;
      return { comparison: '<', evr: { ...mapped, version: `${mapped.version}${end}` } };
    }
  }
  return { comparison: comparisons[comparison], evr };
}
