import { SlipwayError } from '@slipway/core';
import type { Dependency } from '@slipway/rpm';
import { GrowableInt32Array } from './growable-array.ts';
import { Pool, relationKinds } from './pool.ts';
import { type ProvideEntries, ProvideIndex } from './provide-index.ts';
import { RelationTable } from './relation-table.ts';
import type { SolverPackage } from './solver-package.ts';

/** A pool of all `packages`; the order is kept and decides between otherwise equal packages. */
export function buildPool(packages: Iterable<SolverPackage>): Pool {
  const builder = new PoolBuilder();
  for (const one of packages) {
    builder.add(one);
  }
  return builder.build();
}

/** Takes packages one at a time (from a stream), keeping numbers instead of the objects. */
export class PoolBuilder {
  readonly #table = new RelationTable();
  readonly #ids: string[] = [''];
  readonly #seen = new Set<string>();
  readonly #names = new GrowableInt32Array();
  readonly #evrs = new GrowableInt32Array();
  readonly #arches: string[] = [''];
  readonly #repositories: string[] = [''];
  readonly #priorities: number[] = [0];
  readonly #installedSizes: number[] = [0];
  readonly #files: (readonly string[])[] = [[]];
  readonly #relationStarts = new GrowableInt32Array();
  readonly #relations = new GrowableInt32Array();

  constructor() {
    this.#names.push(0);
    this.#evrs.push(0);
    for (const _ of relationKinds) {
      this.#relationStarts.push(0);
    }
  }

  /** Throws `SOLVER_DUPLICATE_ID` when the id was added before. */
  add(one: SolverPackage): void {
    if (one.id === '' || this.#seen.has(one.id)) {
      throw new SlipwayError('SOLVER_DUPLICATE_ID', `Cannot add ${one.name} to the pool: the id "${one.id}" is taken`);
    }
    this.#seen.add(one.id);
    this.#ids.push(one.id);
    this.#names.push(this.#table.internName(one.name));
    this.#evrs.push(this.#table.internEvr(one.evr));
    this.#arches.push(one.arch);
    this.#repositories.push(one.repository);
    this.#priorities.push(one.priority);
    this.#installedSizes.push(one.installedSizeBytes);
    this.#files.push(one.files);
    for (const kind of relationKinds) {
      this.#relationStarts.push(this.#relations.length);
      for (const dependency of one[kind]) {
        this.#relations.push(this.#internRelation(dependency));
      }
    }
  }

  /** Paths inside a rich relation become names, so that the files of packages are indexed for them. */
  #internRelation(dependency: Dependency): number {
    if (dependency.name.startsWith('(')) {
      for (const [path] of dependency.name.matchAll(/(?<=[(\s])\/[^\s()]+/g)) {
        this.#table.internName(path);
      }
    }
    return this.#table.internRelation(dependency);
  }

  build(): Pool {
    this.#relationStarts.push(this.#relations.length);
    const relationStarts = this.#relationStarts.view();
    const relations = this.#relations.view();
    const names = this.#names.view();
    const entries = this.#provideEntries(relationStarts, relations);
    return new Pool(
      this.#table,
      {
        ids: this.#ids,
        names,
        evrs: this.#evrs.view(),
        arches: this.#arches,
        repositories: this.#repositories,
        priorities: this.#priorities,
        installedSizes: this.#installedSizes,
        files: this.#files,
        relationStarts,
        relations,
      },
      new ProvideIndex(this.#table, entries, names),
    );
  }

  /** Provided relations, and those files whose paths somebody's relation names. */
  #provideEntries(relationStarts: Int32Array, relations: Int32Array): ProvideEntries {
    const names = new GrowableInt32Array();
    const packages = new GrowableInt32Array();
    const provided = new GrowableInt32Array();
    const kinds = relationKinds.length;
    for (let number = 1; number < this.#ids.length; number++) {
      const end = relationStarts[number * kinds + 1] as number;
      for (let at = relationStarts[number * kinds] as number; at < end; at++) {
        names.push(this.#table.relationName(relations[at] as number));
        packages.push(number);
        provided.push(relations[at] as number);
      }
      for (const path of this.#files[number] as readonly string[]) {
        const name = this.#table.findName(path);
        if (name !== 0) {
          names.push(name);
          packages.push(number);
          provided.push(0);
        }
      }
    }
    return { names: names.view(), packages: packages.view(), relations: provided.view() };
  }
}
