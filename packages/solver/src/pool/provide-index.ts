/** Parallel columns, in ascending order of packages. */
export interface ProvideEntries {
  readonly names: Int32Array;
  readonly packages: Int32Array;
  /** What is provided: a name or a relation; the name itself for files. */
  readonly provided: Int32Array;
}

const none = new Int32Array(0);

/** Which packages provide a name, by anything that they provide under it; and which bear it. */
export class ProvideIndex {
  readonly #starts: Int32Array;
  readonly #packages: Int32Array;
  readonly #provided: Int32Array;
  readonly #namedStarts: Int32Array;
  readonly #named: Int32Array;

  constructor(textCount: number, provides: ProvideEntries, packageNames: Int32Array) {
    const byProvide = groupByName(provides.names, textCount);
    this.#starts = byProvide.starts;
    this.#packages = byProvide.order.map((at) => provides.packages[at] as number);
    this.#provided = byProvide.order.map((at) => provides.provided[at] as number);
    const byName = groupByName(packageNames, textCount);
    this.#namedStarts = byName.starts;
    this.#named = byName.order;
  }

  /** Packages of a name, ascending. */
  named(name: number): Int32Array {
    return name === 0 ? none : this.#named.subarray(this.#namedStarts[name] ?? 0, this.#namedStarts[name + 1] ?? 0);
  }

  /** First entry of a name; those of the next name follow. Names from after the index was made have none. */
  start(name: number): number {
    return this.#starts[name] ?? this.#packages.length;
  }

  packageAt(entry: number): number {
    return this.#packages[entry] as number;
  }

  providedAt(entry: number): number {
    return this.#provided[entry] as number;
  }
}

/** A counting sort: positions by name, stable. Name 0 is left out. */
function groupByName(names: Int32Array, textCount: number): { starts: Int32Array; order: Int32Array } {
  const starts = new Int32Array(textCount + 2);
  for (const name of names) {
    starts[name + 1] = (starts[name + 1] as number) + 1;
  }
  for (let name = 0; name <= textCount; name++) {
    starts[name + 1] = (starts[name + 1] as number) + (starts[name] as number);
  }
  const next = starts.slice();
  const order = new Int32Array(names.length);
  for (let at = 0; at < names.length; at++) {
    const name = names[at] as number;
    const place = next[name] as number;
    order[place] = at;
    next[name] = place + 1;
  }
  return { starts, order };
}
