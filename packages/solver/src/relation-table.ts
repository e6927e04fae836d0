import { compareEvr, type Dependency, type Evr, formatDependency, overlaps } from '@slipway/rpm';

/** Ids up to 2^21 pack into one double-precision key together with the comparison. */
const idLimit = 2 ** 21;
const comparisonKeys = { '<': 1, '<=': 2, '=': 3, '>=': 4, '>': 5 } as const;

/** A relation reduced to its range: names are compared by id, never by text. */
type VersionRange = Pick<Dependency, 'comparison' | 'evr'>;

/**
 * Names, versions and relations, each kept once and known by a small number from 1.
 * A distribution has a few hundred thousand distinct relations among millions of uses.
 */
export class RelationTable {
  readonly #nameIds = new Map<string, number>();
  readonly #names: string[] = [''];
  readonly #evrIds = new Map<string, number>();
  readonly #evrs: Evr[] = [{ epoch: 0, version: '', release: '' }];
  readonly #relationIds = new Map<number, number>();
  /** The first object of each relation. */
  readonly #shared = new Map<Dependency, number>();
  readonly #relationNames: number[] = [0];
  readonly #relationEvrs: number[] = [0];
  readonly #ranges: VersionRange[] = [{}];

  get nameCount(): number {
    return this.#names.length;
  }

  internName(name: string): number {
    const known = this.#nameIds.get(name);
    if (known !== undefined) {
      return known;
    }
    this.#nameIds.set(name, this.#names.length);
    return this.#names.push(name) - 1;
  }

  internEvr(evr: Evr): number {
    const key = `${evr.epoch}:${evr.version}-${evr.release}`;
    const known = this.#evrIds.get(key);
    if (known !== undefined) {
      return known;
    }
    this.#evrIds.set(key, this.#evrs.length);
    return this.#evrs.push({ epoch: evr.epoch, version: evr.version, release: evr.release }) - 1;
  }

  /** Readers that share equal relations are answered without looking at texts. */
  internRelation(dependency: Dependency): number {
    const shared = this.#shared.get(dependency);
    if (shared !== undefined) {
      return shared;
    }
    const before = this.#relationNames.length;
    const relation = this.#intern(dependency);
    if (relation === before) {
      this.#shared.set(dependency, relation);
    }
    return relation;
  }

  #intern({ name, comparison, evr }: Dependency): number {
    const nameId = this.internName(name);
    const evrId = evr === undefined || comparison === undefined ? 0 : this.internEvr(evr);
    const key = (evrId * 8 + (evrId === 0 ? 0 : comparisonKeys[comparison as '='])) * idLimit + nameId;
    const known = this.#relationIds.get(key);
    if (known !== undefined) {
      return known;
    }
    this.#relationIds.set(key, this.#relationNames.length);
    this.#relationEvrs.push(evrId);
    this.#ranges.push(evrId === 0 ? {} : { comparison: comparison as '=', evr: this.evr(evrId) });
    return this.#relationNames.push(nameId) - 1;
  }

  /** 0 when no package and no relation mentions the name. */
  findName(name: string): number {
    return this.#nameIds.get(name) ?? 0;
  }

  names(): readonly string[] {
    return this.#names;
  }

  name(nameId: number): string {
    return this.#names[nameId] ?? '';
  }

  evr(evrId: number): Evr {
    return this.#evrs[evrId] as Evr;
  }

  relationName(relation: number): number {
    return this.#relationNames[relation] ?? 0;
  }

  /** 0 when the relation names no version. */
  relationEvr(relation: number): number {
    return this.#relationEvrs[relation] ?? 0;
  }

  comparison(relation: number): Dependency['comparison'] {
    return this.#ranges[relation]?.comparison;
  }

  isRich(relation: number): boolean {
    return this.name(this.relationName(relation)).startsWith('(');
  }

  compareVersions(a: number, b: number): number {
    return a === b ? 0 : compareEvr(this.evr(a), this.evr(b));
  }

  /** Do the version ranges of two relations of one name meet? Relation 0, of files, meets everything. */
  overlap(provided: number, required: number): boolean {
    const evrId = this.#relationEvrs[required];
    return (
      evrId === 0 ||
      this.#relationEvrs[provided] === 0 ||
      overlaps(
        { name: '', ...(this.#ranges[provided] as VersionRange) },
        { name: '', ...(this.#ranges[required] as VersionRange) },
      )
    );
  }

  /** Is a package of this version meant, whatever it provides? (obsoletes match names and versions only) */
  matchesVersion(relation: number, evrId: number): boolean {
    return overlaps({ name: '', comparison: '=', evr: this.evr(evrId) }, { name: '', ...this.#ranges[relation] });
  }

  format(relation: number): string {
    return formatDependency({ name: this.name(this.relationName(relation)), ...this.#ranges[relation] });
  }
}
