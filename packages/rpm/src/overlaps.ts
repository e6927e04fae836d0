import type { Dependency, Evr } from './package-metadata.ts';
import { comparisonToBits, sense } from './sense.ts';
import { compareVersions } from './version.ts';

/**
 * Whether a capability satisfies a relation: equal names and overlapping ranges (rpmdsCompare of rpm 6). A side
 * without version overlaps everything; a side with version but without release matches every release when its
 * comparison includes "equal".
 */
export function overlaps(provide: Dependency, require: Dependency): boolean {
  if (provide.name !== require.name) {
    return false;
  }
  if (provide.comparison === undefined || require.comparison === undefined) {
    return true;
  }
  if (provide.evr === undefined || require.evr === undefined) {
    return true;
  }
  return rangesOverlap(
    { evr: provide.evr, bits: comparisonToBits(provide.comparison) },
    { evr: require.evr, bits: comparisonToBits(require.comparison) },
  );
}

/** The versions that stand in the relation `bits` (RPMSENSE_LESS, _GREATER, _EQUAL) to `evr`. */
export interface VersionRange {
  readonly evr: Evr;
  readonly bits: number;
}

export function rangesOverlap(a: VersionRange, b: VersionRange): boolean {
  const order = orderOfBounds(a, b);
  if (order === 'any-release') {
    return true;
  }
  if (order < 0) {
    return (a.bits & sense.greater) !== 0 || (b.bits & sense.less) !== 0;
  }
  if (order > 0) {
    return (a.bits & sense.less) !== 0 || (b.bits & sense.greater) !== 0;
  }
  return (a.bits & b.bits & (sense.less | sense.greater | sense.equal)) !== 0;
}

function orderOfBounds(a: VersionRange, b: VersionRange): -1 | 0 | 1 | 'any-release' {
  if (a.evr.epoch !== b.evr.epoch) {
    return a.evr.epoch < b.evr.epoch ? -1 : 1;
  }
  const order = compareVersions(a.evr.version, b.evr.version);
  if (order !== 0) {
    return order;
  }
  if (a.evr.release !== '' && b.evr.release !== '') {
    return compareVersions(a.evr.release, b.evr.release);
  }
  return matchesAnyRelease(a, b) || matchesAnyRelease(b, a) ? 'any-release' : 0;
}

function matchesAnyRelease(open: VersionRange, other: VersionRange): boolean {
  return open.evr.release === '' && other.evr.release !== '' && (open.bits & sense.equal) !== 0;
}
