import { compareEvr, type Evr, overlaps } from '@slipway/rpm';
import { type DebianRelation, satisfiesBound } from './debian-relation.ts';
import { compareDebianVersions, type DebianVersion, formatDebianVersion } from './debian-version.ts';
import { mapBound, type RpmBound } from './map-bound.ts';
import { mapVersion } from './map-version.ts';

/** What a snapshot says about a name: every version at which it is provided, each once. */
export interface Provider {
  readonly debian: DebianVersion;
  readonly rpm: Evr;
}

/** A relation whose truth value differs between dpkg and rpm for at least one provider in the snapshot. */
export interface RelationDifference {
  /** As in the Debian control file: `name (comparison version)`. */
  readonly relation: string;
  /** The versions for which dpkg and rpm disagree. */
  readonly versions: readonly string[];
  /** The bound with which rpm decides all of them as dpkg does; undefined where no single bound can. */
  readonly repair: RpmBound | undefined;
}

/** `name (comparison version)`: names a versioned relation in messages and in the table of repairs. */
export function relationKey(relation: DebianRelation): string {
  const { name, bound } = relation;
  return bound === undefined ? name : `${name} (${bound.comparison} ${formatDebianVersion(bound.version)})`;
}

/** Compares dpkg's and rpm's view of one versioned relation over all providers of its name. */
export function compareTruth(relation: DebianRelation, providers: readonly Provider[]): RelationDifference | undefined {
  const { bound } = relation;
  if (bound === undefined) {
    return undefined;
  }
  const mapped = mapBound(bound);
  const wrong = providers.filter(
    (provider) => satisfiesBound(provider.debian, bound) !== satisfiesRpm(provider, mapped),
  );
  if (wrong.length === 0) {
    return undefined;
  }
  return {
    relation: relationKey(relation),
    versions: wrong.map(({ debian }) => formatDebianVersion(debian)),
    repair: findRepair(bound, providers),
  };
}

function satisfiesRpm(provider: Provider, { comparison, evr }: RpmBound): boolean {
  return overlaps({ name: 'x', comparison: '=', evr: provider.rpm }, { name: 'x', comparison, evr });
}

/**
 * A bound at one of the providers' own versions that gives every provider the truth value dpkg gives it: first with
 * the comparison's own direction, then the other ways to cut the row of versions in two.
 */
function findRepair(bound: NonNullable<DebianRelation['bound']>, providers: readonly Provider[]): RpmBound | undefined {
  const lower = bound.comparison === '<<' || bound.comparison === '<=';
  const ordered = lower ? (['<=', '<', '='] as const) : (['>=', '>', '='] as const);
  const wanted = providers.map((provider) => satisfiesBound(provider.debian, bound));
  for (const comparison of ordered) {
    for (const { rpm } of [...providers].sort((a, b) => compareEvr(a.rpm, b.rpm))) {
      const candidate = { comparison, evr: rpm };
      if (providers.every((provider, index) => satisfiesRpm(provider, candidate) === wanted[index])) {
        return candidate;
      }
    }
  }
  return undefined;
}

/** The same version twice would only be compared twice. */
export function addProvider(providers: Provider[], debian: DebianVersion): void {
  if (!providers.some((known) => compareDebianVersions(known.debian, debian) === 0)) {
    providers.push({ debian, rpm: mapVersion(debian) });
  }
}
