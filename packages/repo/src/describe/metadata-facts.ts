import { type Dependency, fileFlags, fileType, formatEvr, type PackageMetadata } from '@slipway/rpm';
import { listChanges } from './listed-changes.ts';
import { listRelations } from './listed-relations.ts';
import type { PackageFacts, StatedRelation } from './package-facts.ts';

const comparisonBits: Readonly<Record<NonNullable<Dependency['comparison']>, number>> = {
  '<': 2,
  '<=': 10,
  '=': 8,
  '>=': 12,
  '>': 4,
  '<>': 6,
};
const rangeBits = 0xf;
const prereqBit = 1 << 6;

/** As `headerFacts`, from what was read of a header before, or will be written into one. */
export function metadataFacts(metadata: PackageMetadata): PackageFacts {
  const paths = metadata.files.map(({ path }) => path);
  const stated = (list: readonly Dependency[]) => list.map(stateRelation);
  return {
    ...metadata,
    epoch: metadata.evr.epoch,
    version: metadata.evr.version,
    release: metadata.evr.release,
    installedSize: metadata.installedSizeBytes,
    archiveSize: metadata.archiveSizeBytes,
    relations: listRelations(
      {
        provides: stated(metadata.provides),
        requires: stated(metadata.requires),
        conflicts: stated(metadata.conflicts),
        obsoletes: stated(metadata.obsoletes),
        recommends: stated(metadata.recommends),
        suggests: stated(metadata.suggests),
        supplements: stated(metadata.supplements),
        enhances: stated(metadata.enhances),
        oldSuggests: [],
        oldEnhances: [],
      },
      paths,
    ),
    paths,
    types: metadata.files.map(({ mode, flags }) =>
      (mode & fileType.mask) === fileType.directory ? 'dir' : (flags & fileFlags.ghost) !== 0 ? 'ghost' : '',
    ),
    hashes: metadata.files.map(({ digest }) => digest ?? ''),
    hashAlgorithm: 'sha256',
    changes: listChanges(metadata.changelog.map(({ author, time, text }) => ({ author, date: time, text }))),
  };
}

function stateRelation({ name, comparison, evr, pre, senseBits }: Dependency): StatedRelation {
  const range = comparison === undefined ? 0 : comparisonBits[comparison];
  const others = (senseBits ?? 0) & ~rangeBits;
  return {
    name,
    bits: others | range | (pre === true && senseBits === undefined ? prereqBit : 0),
    version: evr === undefined ? '' : formatEvr(evr),
  };
}
