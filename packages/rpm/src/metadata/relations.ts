import { parseEvr } from '../evr.ts';
import type { Header } from '../header/header.ts';
import { tag } from '../header/tags.ts';
import type { Dependency, Relations } from '../package-metadata.ts';
import { comparisonFromBits, preBits, sense } from '../sense.ts';

/** The three parallel arrays of one kind of relation. */
export interface RelationTags {
  readonly name: number;
  readonly flags: number;
  readonly version: number;
}

export const relationTags: Readonly<Record<keyof Relations, RelationTags>> = {
  provides: { name: tag.provideName, flags: tag.provideFlags, version: tag.provideVersion },
  requires: { name: tag.requireName, flags: tag.requireFlags, version: tag.requireVersion },
  conflicts: { name: tag.conflictName, flags: tag.conflictFlags, version: tag.conflictVersion },
  obsoletes: { name: tag.obsoleteName, flags: tag.obsoleteFlags, version: tag.obsoleteVersion },
  recommends: { name: tag.recommendName, flags: tag.recommendFlags, version: tag.recommendVersion },
  suggests: { name: tag.suggestName, flags: tag.suggestFlags, version: tag.suggestVersion },
  supplements: { name: tag.supplementName, flags: tag.supplementFlags, version: tag.supplementVersion },
  enhances: { name: tag.enhanceName, flags: tag.enhanceFlags, version: tag.enhanceVersion },
};

const oldSuggests: RelationTags = {
  name: tag.oldSuggestsName,
  flags: tag.oldSuggestsFlags,
  version: tag.oldSuggestsVersion,
};
const oldEnhances: RelationTags = {
  name: tag.oldEnhancesName,
  flags: tag.oldEnhancesFlags,
  version: tag.oldEnhancesVersion,
};

/** All relations of a header, in its order; the weak relations of old SUSE packages come after the others. */
export function readRelations(header: Header): Relations {
  const [oldRecommended, oldSuggested] = splitByStrength(readRelation(header, oldSuggests));
  const [oldSupplemented, oldEnhanced] = splitByStrength(readRelation(header, oldEnhances));
  return {
    provides: readRelation(header, relationTags.provides),
    requires: readRelation(header, relationTags.requires),
    conflicts: readRelation(header, relationTags.conflicts),
    obsoletes: readRelation(header, relationTags.obsoletes),
    recommends: [...readRelation(header, relationTags.recommends), ...oldRecommended],
    suggests: [...readRelation(header, relationTags.suggests), ...oldSuggested],
    supplements: [...readRelation(header, relationTags.supplements), ...oldSupplemented],
    enhances: [...readRelation(header, relationTags.enhances), ...oldEnhanced],
  };
}

export function readRelation(header: Header, tags: RelationTags): Dependency[] {
  const names = header.strings(tags.name);
  const flags = header.numbers(tags.flags);
  const versions = header.strings(tags.version);
  if (![0, names.length].includes(flags.length) || ![0, names.length].includes(versions.length)) {
    throw header.invalid(tags.name, 'its names, flags and versions differ in number');
  }
  try {
    return names.map((name, i) => toDependency(name, flags[i] ?? 0, versions[i] ?? ''));
  } catch (cause) {
    throw header.invalid(tags.version, cause instanceof Error ? cause.message : String(cause));
  }
}

/** A version without a comparison, or the reverse, counts for nothing (rpmdsCompare). */
function toDependency(name: string, senseBits: number, version: string): Dependency {
  const comparison = version === '' ? undefined : comparisonFromBits(senseBits);
  return {
    name,
    ...(comparison === undefined ? {} : { comparison, evr: parseEvr(version) }),
    ...((senseBits & preBits) === 0 ? {} : { pre: true }),
    senseBits,
  };
}

function splitByStrength(dependencies: readonly Dependency[]): [strong: Dependency[], weak: Dependency[]] {
  const isStrong = ({ senseBits = 0 }: Dependency) => (senseBits & sense.strong) !== 0;
  return [dependencies.filter(isStrong), dependencies.filter((dependency) => !isStrong(dependency))];
}
