import type { RelationTable } from './relation-table.ts';

/** Which packages provide a name: for each name, pairs of package and provided relation (0 for a file or nothing). */
export class ProvideIndex {
  readonly #table: RelationTable;
  readonly #starts: Int32Array;
  readonly #packages: Int32Array;
  readonly #relations: Int32Array;
  readonly #namedStarts: Int32Array;
  readonly #namedPackages: Int32Array;

  constructor(table: RelationTable, provides: ProvideEntries, packageNames: Int32Array) {
    this.#table = table;
    const byProvide = groupByName(provides.names, table.nameCount);
    this.#starts = byProvide.starts;
    this.#packages = byProvide.order.map((at) => provides.packages[at] as number);
    this.#relations = byProvide.order.map((at) => provides.relations[at] as number);
    const byName = groupByName(packageNames, table.nameCount);
    this.#namedStarts = byName.starts;
    this.#namedPackages = byName.order;
  }

  named(nameId: number): Int32Array {
    return nameId === 0
      ? new Int32Array(0)
      : this.#namedPackages.subarray(this.#namedStarts[nameId], this.#namedStarts[nameId + 1]);
  }

  /** Packages with a provide, or a file, that meets the relation; ascending, each once. */
  providers(relation: number): Int32Array {
    const name = this.#table.relationName(relation);
    const found: number[] = [];
    const end = this.#starts[name + 1] as number;
    for (let at = this.#starts[name] as number; at < end; at++) {
      const number = this.#packages[at] as number;
      if (found.at(-1) !== number && this.#table.overlap(this.#relations[at] as number, relation)) {
        found.push(number);
      }
    }
    return Int32Array.from(found);
  }
}

/** Parallel columns, in ascending order of packages. */
export interface ProvideEntries {
  readonly names: Int32Array;
  readonly packages: Int32Array;
  readonly relations: Int32Array;
}

/** A counting sort: positions by name id, stable. */
function groupByName(names: Int32Array, nameCount: number): { starts: Int32Array; order: Int32Array } {
  const starts = new Int32Array(nameCount + 2);
  for (const name of names) {
    starts[name + 1] = (starts[name + 1] as number) + 1;
  }
  for (let name = 0; name <= nameCount; name++) {
    starts[name + 1] = (starts[name + 1] as number) + (starts[name] as number);
  }
  const next = starts.slice();
  const order = new Int32Array(names.length);
  names.forEach((name, at) => {
    const place = next[name] as number;
    order[place] = at;
    next[name] = place + 1;
  });
  return { starts, order };
}
