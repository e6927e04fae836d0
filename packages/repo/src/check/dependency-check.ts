import { type Dependency, overlaps, parseRich, type RichDependency } from '@slipway/rpm';
import { relationKinds, relationMask } from '../table/package-table.ts';
import type { RepoPackages } from '../table/repo-packages.ts';

/** A requirement that no package satisfies. */
export interface BrokenRequirement {
  /** Place of the package among those of its repository. */
  readonly package: number;
  readonly requirement: Dependency;
}

const requires = relationKinds.indexOf('requires');

/** A package of one of several repositories. */
type Provider = readonly [repository: number, one: number];

/**
 * Looks for requirements of the packages of the first of `repositories` that no package of any of them satisfies: names,
 * versions, files and rich relations. That all others can be met together is for a solver to say. Each different relation
 * is decided once. `owners` gives the packages of files that are not primary ones.
 */
export class DependencyCheck {
  readonly #repositories: readonly RepoPackages[];
  readonly #decided = new Map<number, boolean>();
  #owners: ReadonlySet<string> = new Set();

  constructor(repositories: readonly RepoPackages[]) {
    this.#repositories = repositories;
  }

  /** Paths that are required and that neither primary files nor provides have: filelists must say. */
  unknownPaths(): Set<string> {
    const unknown = new Set<string>();
    for (const { requirement } of this.broken()) {
      for (const { name } of leavesOf(requirement)) {
        if (name.startsWith('/')) {
          unknown.add(name);
        }
      }
    }
    return unknown;
  }

  /** Tells which of the `unknownPaths` packages have. */
  addOwnedPaths(paths: ReadonlySet<string>): void {
    this.#owners = paths;
    this.#decided.clear();
  }

  broken(): BrokenRequirement[] {
    const [own] = this.#repositories;
    if (own === undefined) {
      return [];
    }
    const { relationStarts, relationItems, count } = own.table;
    const found: BrokenRequirement[] = [];
    for (let one = 0; one < count; one++) {
      const list = one * relationKinds.length + requires;
      for (let at = relationStarts[list] as number; at < (relationStarts[list + 1] as number); at++) {
        const item = relationItems[at] as number;
        if (!this.#isSatisfied(own, item)) {
          found.push({ package: one, requirement: own.relation(item) });
        }
      }
    }
    return found;
  }

  #isSatisfied(own: RepoPackages, item: number): boolean {
    const relation = item & relationMask;
    const known = this.#decided.get(relation);
    if (known !== undefined) {
      return known;
    }
    const answer = this.#isMet(own.relation(item));
    this.#decided.set(relation, answer);
    return answer;
  }

  #isMet(dependency: Dependency): boolean {
    const tree = richTree(dependency);
    return tree === undefined ? this.#hasProvider(dependency) : this.#canHold(tree);
  }

  /** Whether some set of packages makes it true: what is conditional can do without its condition. */
  #canHold(tree: RichDependency): boolean {
    switch (tree.kind) {
      case 'simple':
        return this.#hasProvider(tree.dependency);
      case 'and':
        return tree.operands.every((operand) => this.#canHold(operand));
      case 'or':
        return tree.operands.some((operand) => this.#canHold(operand));
      case 'if':
        return tree.otherwise === undefined || this.#canHold(tree.operand) || this.#canHold(tree.otherwise);
      case 'unless':
        return this.#canHold(tree.operand) || (tree.otherwise !== undefined && this.#canHold(tree.otherwise));
      case 'with':
      case 'without':
        return this.#satisfiers(tree).size > 0;
    }
  }

  /** The packages that satisfy a relation about one package, as `repository/place`. */
  #satisfiers(tree: RichDependency): Set<string> {
    switch (tree.kind) {
      case 'simple':
        return new Set([...this.#providers(tree.dependency)].map(([repository, one]) => `${repository}/${one}`));
      case 'with': {
        const [first = new Set<string>(), ...rest] = tree.operands.map((operand) => this.#satisfiers(operand));
        return new Set([...first].filter((one) => rest.every((other) => other.has(one))));
      }
      case 'without': {
        const excluded = this.#satisfiers(tree.excluded);
        return new Set([...this.#satisfiers(tree.operand)].filter((one) => !excluded.has(one)));
      }
      case 'or':
        return new Set(tree.operands.flatMap((operand) => [...this.#satisfiers(operand)]));
      default:
        return new Set();
    }
  }

  #hasProvider(dependency: Dependency): boolean {
    const isOwned = dependency.comparison === undefined && this.#owners.has(dependency.name);
    return isOwned || dependency.name.startsWith('rpmlib(') || this.#providers(dependency).next().done === false;
  }

  *#providers(dependency: Dependency): Generator<Provider> {
    for (const [at, repository] of this.#repositories.entries()) {
      const { table } = repository;
      const name = table.find(dependency.name);
      if (name < 0) {
        continue;
      }
      const { starts, packages, relations } = table.providers;
      for (let place = starts[name] as number; place < (starts[name + 1] as number); place++) {
        if (overlaps(repository.relation(relations[place] as number), dependency)) {
          yield [at, packages[place] as number];
        }
      }
      const owners = table.fileOwners;
      for (let place = owners.starts[name] as number; place < (owners.starts[name + 1] as number); place++) {
        yield [at, owners.packages[place] as number];
      }
    }
  }
}

function richTree({ name }: Dependency): RichDependency | undefined {
  if (!name.startsWith('(')) {
    return undefined;
  }
  try {
    return parseRich(name);
  } catch {
    return undefined; // then nothing provides a capability of that name
  }
}

function leavesOf(dependency: Dependency): Dependency[] {
  const tree = richTree(dependency);
  const leaves: Dependency[] = [];
  const walk = (one: RichDependency): void => {
    if (one.kind === 'simple') {
      leaves.push(one.dependency);
    } else if ('operands' in one) {
      one.operands.forEach(walk);
    } else {
      walk(one.operand);
    }
  };
  if (tree === undefined) {
    return [dependency];
  }
  walk(tree);
  return leaves;
}
