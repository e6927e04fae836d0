import type { ArchivePackage, RelationField } from '../apt/archive-package.ts';
import { addProvider, compareTruth, type Provider, type RelationDifference, relationKey } from './check-relations.ts';
import { type DebianRelation, parseRelationField } from './debian-relation.ts';
import { parseDebianVersion } from './debian-version.ts';
import type { RpmBound } from './map-bound.ts';

/** The part of an index record that relations are made from. */
export type RelationSource = Pick<ArchivePackage, 'name' | 'version' | 'architecture' | 'relations'>;

/**
 * What the import of one package has to know of the rest of the snapshot: plain JSON, part of the cache key of the
 * import, and small, so that a changed snapshot imports again only what it changes.
 */
export interface ImportFacts {
  /** Names in this package's relations that stand for `deb-virtual(NAME)` when no version is named; sorted. */
  readonly virtualNames: readonly string[];
  /** Names this package replaces and breaks that nothing else in the snapshot has or provides; sorted. */
  readonly absentNames: readonly string[];
  /** Bounds to write in place of the mapped one, by `name (comparison version)`. */
  readonly repairs: Readonly<Record<string, RpmBound>>;
}

/** Facts of a whole snapshot; built once from its index. */
export interface ImportContext {
  /** Names with unversioned Provides that are also targets of versioned relations. */
  readonly virtualNames: ReadonlySet<string>;
  /** Package names of the snapshot. */
  readonly names: ReadonlySet<string>;
  /** Who provides a virtual name: the package's name, or `*` for several. */
  readonly virtualProviders: ReadonlyMap<string, string>;
  /** Versioned relations that dpkg and rpm would decide differently, by `name (comparison version)`. */
  readonly differences: ReadonlyMap<string, RelationDifference>;
  /** (relation, provider) pairs that were compared. */
  readonly comparedPairs: number;
}

interface Gathered {
  readonly providers: Map<string, Provider[]>;
  readonly unversioned: Set<string>;
  readonly virtualProviders: Map<string, string>;
  readonly bounds: Map<string, DebianRelation>;
}

/** Reads every relation of the snapshot once: about two seconds for 70,000 packages. */
export function buildImportContext(packages: readonly RelationSource[]): ImportContext {
  const gathered: Gathered = {
    providers: new Map(),
    unversioned: new Set(),
    virtualProviders: new Map(),
    bounds: new Map(),
  };
  for (const entry of packages) {
    gather(gathered, entry);
  }
  const targets = new Set([...gathered.bounds.values()].map(({ name }) => name));
  const { differences, comparedPairs } = findDifferences(gathered);
  return {
    virtualNames: new Set([...gathered.unversioned].filter((name) => targets.has(name))),
    names: new Set(packages.map(({ name }) => name)),
    virtualProviders: gathered.virtualProviders,
    differences,
    comparedPairs,
  };
}

/** The differences that no bound repairs: relations a snapshot with them cannot be imported for. */
export function checkRelations(context: ImportContext): RelationDifference[] {
  return [...context.differences.values()].filter(({ repair }) => repair === undefined);
}

/** What `context` says about the relations of one package. */
export function importFacts(context: ImportContext, entry: RelationSource): ImportFacts {
  const fields = Object.values(entry.relations).flatMap((text) => parseRelationField(text).flat());
  const virtualNames = [entry.name, ...fields.map(({ name }) => name)].filter((name) => context.virtualNames.has(name));
  const repairs = fields
    .map((relation) => context.differences.get(relationKey(relation)))
    .flatMap((found) => (found?.repair === undefined ? [] : [[found.relation, found.repair] as const]))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    virtualNames: [...new Set(virtualNames)].sort(),
    absentNames: absentNames(context, entry),
    repairs: Object.fromEntries(repairs),
  };
}

function absentNames(context: ImportContext, entry: RelationSource): string[] {
  const broken = new Set([...namesIn(entry, 'Breaks'), ...namesIn(entry, 'Conflicts')]);
  const gone = namesIn(entry, 'Replaces').filter((name) => {
    const provider = context.virtualProviders.get(name);
    return broken.has(name) && !context.names.has(name) && (provider === undefined || provider === entry.name);
  });
  return [...new Set(gone)].sort();
}

function namesIn(entry: RelationSource, field: RelationField): string[] {
  return parseRelationField(entry.relations[field] ?? '').flatMap((clause) => clause.map(({ name }) => name));
}

function gather(gathered: Gathered, entry: RelationSource): void {
  addTo(gathered.providers, entry.name, entry.version);
  for (const [field, text] of Object.entries(entry.relations)) {
    for (const relation of parseRelationField(text).flat()) {
      if (field === 'Provides') {
        gatherProvide(gathered, entry.name, relation);
      } else if (relation.bound !== undefined && field !== 'Replaces') {
        gathered.bounds.set(relationKey(relation), relation);
      }
    }
  }
}

function gatherProvide(gathered: Gathered, owner: string, { name, bound }: DebianRelation): void {
  const known = gathered.virtualProviders.get(name);
  gathered.virtualProviders.set(name, known === undefined || known === owner ? owner : '*');
  if (bound === undefined) {
    gathered.unversioned.add(name);
  } else {
    const providers = gathered.providers.get(name) ?? [];
    gathered.providers.set(name, providers);
    addProvider(providers, bound.version);
  }
}

function addTo(providers: Map<string, Provider[]>, name: string, version: string): void {
  const known = providers.get(name) ?? [];
  providers.set(name, known);
  addProvider(known, parseDebianVersion(version));
}

function findDifferences({ bounds, providers }: Gathered): Pick<ImportContext, 'differences' | 'comparedPairs'> {
  const differences = new Map<string, RelationDifference>();
  let comparedPairs = 0;
  for (const [key, relation] of bounds) {
    const found = providers.get(relation.name) ?? [];
    comparedPairs += found.length;
    const difference = compareTruth(relation, found);
    if (difference !== undefined) {
      differences.set(key, difference);
    }
  }
  return { differences, comparedPairs };
}
