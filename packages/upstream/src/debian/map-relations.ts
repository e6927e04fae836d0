import { type Dependency, formatDependency, formatRich, parseRich, type Relations } from '@slipway/rpm';
import type { RelationField } from '../apt/archive-package.ts';
import { relationKey } from './check-relations.ts';
import { type DebianRelation, parseRelationField, type RelationClause } from './debian-relation.ts';
import { parseDebianVersion } from './debian-version.ts';
import type { ImportFacts, RelationSource } from './import-context.ts';
import { mapBound } from './map-bound.ts';
import { mapVersion } from './map-version.ts';

/**
 * The rpm relations of a Debian package.
 *
 * | Debian                                     | rpm                                        |
 * |--------------------------------------------|--------------------------------------------|
 * | Depends, Pre-Depends                       | Requires, Requires(pre)                    |
 * | `a \| b`                                   | `(a or b)`                                 |
 * | Breaks, Conflicts                          | Conflicts                                  |
 * | Replaces with Breaks of a name that is gone| Obsoletes                                  |
 * | Provides                                   | Provides                                   |
 * | Recommends, Suggests, Enhances             | the same                                   |
 *
 * In Debian an unversioned Provides never satisfies a versioned relation, in rpm it always does: for the names where
 * that matters (`facts.virtualNames`) both the Provides and the unversioned relations say `deb-virtual(NAME)`.
 */
export function mapRelations(source: RelationSource, facts: ImportFacts): Relations {
  const mapper = new RelationMapper(source, facts);
  return {
    provides: mapper.provides(),
    requires: unique([...mapper.all('Pre-Depends', true), ...mapper.all('Depends', false)]),
    conflicts: unique([...mapper.all('Breaks', false), ...mapper.all('Conflicts', false)].filter(mapper.isPresent)),
    obsoletes: unique(mapper.obsoletes()),
    recommends: unique(mapper.all('Recommends', false)),
    suggests: unique(mapper.all('Suggests', false)),
    supplements: [],
    enhances: unique(mapper.all('Enhances', false)),
  };
}

class RelationMapper {
  readonly #source: RelationSource;
  readonly #facts: ImportFacts;
  readonly #virtual: ReadonlySet<string>;
  readonly #absent: ReadonlySet<string>;

  constructor(source: RelationSource, facts: ImportFacts) {
    this.#source = source;
    this.#facts = facts;
    this.#virtual = new Set(facts.virtualNames);
    this.#absent = new Set(facts.absentNames);
  }

  all(field: RelationField, pre: boolean): Dependency[] {
    return this.#clauses(field).flatMap((clause) => {
      const dependency = this.#mapClause(clause);
      return dependency === undefined ? [] : [pre ? { ...dependency, pre: true } : dependency];
    });
  }

  /** The package itself, as rpmbuild provides it, and what Debian says it stands for. */
  provides(): Dependency[] {
    const { name, version, architecture } = this.#source;
    const evr = mapVersion(parseDebianVersion(version));
    const own: Dependency[] = [{ name, comparison: '=', evr }];
    if (architecture === 'amd64') {
      own.push({ name: `${name}(x86-64)`, comparison: '=', evr });
    }
    const stated = this.#clauses('Provides').flatMap((clause) => clause.map((relation) => this.#mapProvide(relation)));
    const virtual = [name, ...this.#clauses('Provides').flatMap((clause) => clause.map((relation) => relation.name))]
      .filter((candidate) => this.#virtual.has(candidate))
      .map((candidate) => ({ name: virtualCapability(candidate) }));
    return unique([...own, ...stated.filter((dependency) => dependency !== undefined), ...virtual]);
  }

  obsoletes(): Dependency[] {
    return this.#clauses('Replaces')
      .filter(([relation]) => relation !== undefined && this.#absent.has(relation.name))
      .flatMap((clause) => this.#mapClause(clause) ?? []);
  }

  /** An obsoleted name needs no conflict as well. */
  readonly isPresent = (dependency: Dependency): boolean => !this.#absent.has(dependency.name);

  #clauses(field: RelationField): RelationClause[] {
    return parseRelationField(this.#source.relations[field] ?? '')
      .map((clause) => clause.filter((relation) => this.#isOwnArchitecture(relation)))
      .filter((clause) => clause.length > 0);
  }

  /** `libc6-dev:i386` speaks of packages that are not in a distribution of one architecture. */
  #isOwnArchitecture({ qualifier }: DebianRelation): boolean {
    return ['', 'any', 'native', 'all', 'amd64', this.#source.architecture].includes(qualifier);
  }

  #mapClause(clause: RelationClause): Dependency | undefined {
    const alternatives = unique(clause.map((relation) => this.#mapRelation(relation)));
    if (alternatives.length < 2) {
      return alternatives[0];
    }
    return { name: formatRich(parseRich(`(${alternatives.map(formatDependency).join(' or ')})`)) };
  }

  #mapRelation(relation: DebianRelation): Dependency {
    if (relation.bound === undefined) {
      return { name: this.#virtual.has(relation.name) ? virtualCapability(relation.name) : relation.name };
    }
    const repair = this.#facts.repairs[relationKey(relation)];
    return { name: relation.name, ...(repair ?? mapBound(relation.bound)) };
  }

  #mapProvide({ name, bound }: DebianRelation): Dependency | undefined {
    if (bound !== undefined) {
      return { name, comparison: '=', evr: mapVersion(bound.version) };
    }
    return this.#virtual.has(name) ? undefined : { name };
  }
}

function virtualCapability(name: string): string {
  return `deb-virtual(${name})`;
}

/** Keeps the first of equal relations; the order stays. */
function unique(dependencies: readonly Dependency[]): Dependency[] {
  const seen = new Map<string, Dependency>();
  for (const dependency of dependencies) {
    const key = `${dependency.pre === true ? 'pre ' : ''}${formatDependency(dependency)}`;
    seen.set(key, seen.get(key) ?? dependency);
  }
  return [...seen.values()];
}
