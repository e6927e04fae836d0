import { type NameIndex, type PackageTable, type RelationIndex, relationKinds } from './package-table.ts';

/** Packages by string id: `items` of package p are those from `starts[p]` up to `starts[p + 1]`. */
export function indexItems(items: Uint32Array, packageStarts: Uint32Array, stringCount: number): NameIndex {
  const starts = countedStarts(items, stringCount);
  const packages = new Uint32Array(items.length);
  const next = starts.slice();
  for (let one = 0; one + 1 < packageStarts.length; one++) {
    for (let at = packageStarts[one] as number; at < (packageStarts[one + 1] as number); at++) {
      packages[increment(next, items[at] as number)] = one;
    }
  }
  return { starts, packages };
}

/** Packages by name. */
export function indexNames(names: Uint32Array, stringCount: number): NameIndex {
  const starts = countedStarts(names, stringCount);
  const packages = new Uint32Array(names.length);
  const next = starts.slice();
  names.forEach((name, one) => {
    packages[increment(next, name)] = one;
  });
  return { starts, packages };
}

function countedStarts(stringIds: Uint32Array, stringCount: number): Uint32Array {
  const starts = new Uint32Array(stringCount + 1);
  for (let at = 0; at < stringIds.length; at++) {
    increment(starts, (stringIds[at] as number) + 1);
  }
  accumulate(starts);
  return starts;
}

type Relations = Pick<PackageTable, 'count' | 'relationNames' | 'relationStarts' | 'relationItems'>;

/** Packages by the names of their relations of one kind. */
export function indexRelations(
  { count, relationNames, relationStarts, relationItems }: Relations,
  kind: (typeof relationKinds)[number],
  stringCount: number,
): RelationIndex {
  const kinds = relationKinds.length;
  const offset = relationKinds.indexOf(kind);
  const starts = new Uint32Array(stringCount + 1);
  let total = 0;
  for (let one = 0; one < count; one++) {
    const list = one * kinds + offset;
    for (let at = relationStarts[list] as number; at < (relationStarts[list + 1] as number); at++) {
      increment(starts, (relationNames[relationItems[at] as number] as number) + 1);
      total++;
    }
  }
  accumulate(starts);
  const [packages, relations, next] = [new Uint32Array(total), new Uint32Array(total), starts.slice()];
  for (let one = 0; one < count; one++) {
    const list = one * kinds + offset;
    for (let at = relationStarts[list] as number; at < (relationStarts[list + 1] as number); at++) {
      const relation = relationItems[at] as number;
      const place = increment(next, relationNames[relation] as number);
      packages[place] = one;
      relations[place] = relation;
    }
  }
  return { starts, packages, relations };
}

/** Adds one and gives the value before. */
function increment(column: Uint32Array, at: number): number {
  const value = column[at] as number;
  column[at] = value + 1;
  return value;
}

function accumulate(counts: Uint32Array): void {
  for (let at = 1; at < counts.length; at++) {
    counts[at] = (counts[at] as number) + (counts[at - 1] as number);
  }
}
