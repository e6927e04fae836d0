import { type DependencyId, operator } from './dependency-table.ts';
import { matchesNevra, rangesMeet } from './match-nevra.ts';
import { firstPackage, systemPackage } from './pool.ts';
import type { PoolView } from './pool-view.ts';

/** Packages that satisfy a dependency by what they provide, ascending and each once. */
export function findProviders(view: PoolView, dependency: DependencyId): Int32Array {
  if (dependency > 0) {
    return providersOfName(view, dependency);
  }
  const op = view.pool.table.operator(dependency);
  return op < 8 ? providersOfVersion(view, dependency) : Int32Array.from(providersOfRelation(view, dependency, op));
}

function providersOfName(view: PoolView, name: number): Int32Array {
  const { index } = view.pool;
  const found: number[] = [];
  let last = 0;
  const end = index.start(name + 1);
  for (let entry = index.start(name); entry < end; entry++) {
    const number = index.packageAt(entry);
    if (number !== last && view.mayProvide(number)) {
      found.push(number);
    }
    last = number;
  }
  return found.length === 0 && view.pool.table.text(name).startsWith('/')
    ? Int32Array.from(ownersOfPath(view, name))
    : Int32Array.from(found);
}

/** Paths that only requests name are in no index. */
function ownersOfPath(view: PoolView, name: number): number[] {
  const { pool } = view;
  const path = pool.table.text(name);
  const found: number[] = [];
  for (let number = firstPackage; number < pool.end; number++) {
    if (pool.files(number).includes(path) && view.mayProvide(number)) {
      found.push(number);
    }
  }
  return found;
}

function providersOfVersion(view: PoolView, dependency: DependencyId): Int32Array {
  const { pool } = view;
  const { table, index } = pool;
  const left = table.left(dependency);
  const name = table.nameOf(dependency);
  const required = { op: table.operator(dependency), evr: table.right(dependency) };
  const candidates = left > 0 ? undefined : new Set(view.providers(left));
  const found: number[] = [];
  const end = index.start(name + 1);
  for (let entry = index.start(name); entry < end; entry++) {
    const number = index.packageAt(entry);
    const provided = index.providedAt(entry);
    if (
      found.at(-1) !== number &&
      (provided > 0 || rangesMeet(pool, { op: table.operator(provided), evr: table.right(provided) }, required)) &&
      view.mayProvide(number) &&
      (candidates === undefined || candidates.has(number))
    ) {
      found.push(number);
    }
  }
  // rpm itself provides its features
  return found.length === 0 && table.text(name).startsWith('rpmlib(')
    ? Int32Array.of(systemPackage)
    : Int32Array.from(found);
}

function providersOfRelation(view: PoolView, dependency: DependencyId, op: number): Iterable<number> {
  const { table } = view.pool;
  const left = table.left(dependency);
  const right = table.right(dependency);
  switch (op) {
    case operator.with:
    case operator.without: {
      const others = new Set(view.providers(right));
      return view.providers(left).filter((number) => others.has(number) === (op === operator.with));
    }
    case operator.and:
    case operator.or:
      return union(view, left, right);
    case operator.condition:
    case operator.unless:
      // as if the condition held: only for those who do not look closer
      return union(view, left, table.operator(right) === operator.else ? table.right(right) : 0);
    case operator.namespace:
      return table.text(left) === 'namespace:otherproviders'
        ? view.providers(right)
        : (view.namespaces.get(dependency) ?? []);
    case operator.architecture:
      return providersOfArchitecture(view, left, right);
    case operator.multiarch:
      return table.text(right) === 'any' ? view.providers(left) : [];
    case operator.kind:
      return view.providers(left).filter((number) => isOfKind(view.pool.name(number), table.text(right)));
    default:
      return [];
  }
}

function union(view: PoolView, a: DependencyId, b: DependencyId): number[] {
  return [...new Set([...view.providers(a), ...view.providers(b)])].sort((x, y) => x - y);
}

function providersOfArchitecture(view: PoolView, left: DependencyId, arch: number): Iterable<number> {
  const { pool } = view;
  const wanted = pool.table.text(arch);
  if (wanted !== 'src' && wanted !== 'nosrc') {
    return view.providers(left).filter((number) => pool.archId(number) === arch);
  }
  const found: number[] = [];
  for (let number = firstPackage; number < pool.end; number++) {
    const own = pool.arch(number);
    if ((own === wanted || own === 'nosrc') && !view.isDisabled(number) && matchesNevra(pool, number, left)) {
      found.push(number);
    }
  }
  return found;
}

/** Kinds stand before a colon: `pattern:base`; an empty kind means every kind. */
function isOfKind(name: string, kind: string): boolean {
  return kind === '' ? !/^[a-z]+:/.test(name) : name.startsWith(`${kind}:`);
}
