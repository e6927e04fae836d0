import { type Evr, formatNevra, parseRich, type RichDependency } from '@slipway/rpm';
import type { ProvideIndex } from './provide-index.ts';
import type { RelationTable } from './relation-table.ts';
import type { PackageReference } from './solver-package.ts';

export const relationKinds = [
  'provides',
  'requires',
  'conflicts',
  'obsoletes',
  'recommends',
  'suggests',
  'supplements',
  'enhances',
] as const;
export type RelationKind = (typeof relationKinds)[number];

/** What the pool keeps of each package; number 0 is nobody. */
export interface PackageColumns {
  readonly ids: readonly string[];
  readonly names: Int32Array;
  readonly evrs: Int32Array;
  readonly arches: readonly string[];
  readonly repositories: readonly string[];
  readonly priorities: readonly number[];
  readonly installedSizes: readonly number[];
  readonly files: readonly (readonly string[])[];
  /** Start of each package's relations of each kind in `relations`: package * 8 + kind. */
  readonly relationStarts: Int32Array;
  readonly relations: Int32Array;
}

const noPackages = new Int32Array(0);

/**
 * All packages that a request may choose from, indexed by what they provide. Packages are numbers from 1 in the order
 * in which they were added. The pool never changes; it remembers answers that cost something to find.
 */
export class Pool {
  readonly table: RelationTable;
  readonly #columns: PackageColumns;
  readonly #index: ProvideIndex;
  readonly #providers: (Int32Array | undefined)[] = [];
  readonly #trees = new Map<number, RichDependency | undefined>();
  readonly #numbers = new Map<string, number>();

  constructor(table: RelationTable, columns: PackageColumns, index: ProvideIndex) {
    this.table = table;
    this.#columns = columns;
    this.#index = index;
    columns.ids.forEach((id, number) => {
      this.#numbers.set(id, number);
    });
  }

  /** Number of packages. */
  get size(): number {
    return this.#columns.ids.length - 1;
  }

  /** The number of the package with the caller's id; 0 when there is none. */
  numberOf(id: string): number {
    return id === '' ? 0 : (this.#numbers.get(id) ?? 0);
  }

  nameId(number: number): number {
    return this.#columns.names[number] as number;
  }

  name(number: number): string {
    return this.table.name(this.nameId(number));
  }

  evrId(number: number): number {
    return this.#columns.evrs[number] as number;
  }

  evr(number: number): Evr {
    return this.table.evr(this.evrId(number));
  }

  arch(number: number): string {
    return this.#columns.arches[number] as string;
  }

  priority(number: number): number {
    return this.#columns.priorities[number] as number;
  }

  files(number: number): readonly string[] {
    return this.#columns.files[number] ?? [];
  }

  relations(number: number, kind: RelationKind): Int32Array {
    const at = number * relationKinds.length + relationKinds.indexOf(kind);
    const { relationStarts, relations } = this.#columns;
    return relations.subarray(relationStarts[at], relationStarts[at + 1]);
  }

  hasRelations(number: number, kind: RelationKind): boolean {
    const at = number * relationKinds.length + relationKinds.indexOf(kind);
    return (this.#columns.relationStarts[at] as number) < (this.#columns.relationStarts[at + 1] as number);
  }

  /** Packages of a name, ascending. */
  named(nameId: number): Int32Array {
    return this.#index.named(nameId);
  }

  /** Packages that satisfy a plain relation, ascending; none for a rich one. */
  providers(relation: number): Int32Array {
    const known = this.#providers[relation];
    if (known !== undefined) {
      return known;
    }
    const found = this.table.isRich(relation) ? noPackages : this.#index.providers(relation);
    this.#providers[relation] = found;
    return found;
  }

  /** The tree of a rich relation; undefined when its text cannot be read: nothing satisfies it then. */
  richTree(relation: number): RichDependency | undefined {
    if (!this.#trees.has(relation)) {
      this.#trees.set(relation, readRich(this.table.format(relation)));
    }
    return this.#trees.get(relation);
  }

  nevra(number: number): string {
    return formatNevra({ name: this.name(number), evr: this.evr(number), arch: this.arch(number) });
  }

  reference(number: number): PackageReference {
    return {
      id: this.#columns.ids[number] as string,
      name: this.name(number),
      evr: this.evr(number),
      arch: this.arch(number),
      repository: this.#columns.repositories[number] as string,
      installedSizeBytes: this.#columns.installedSizes[number] as number,
    };
  }
}

function readRich(text: string): RichDependency | undefined {
  try {
    return parseRich(text);
  } catch {
    return undefined;
  }
}
