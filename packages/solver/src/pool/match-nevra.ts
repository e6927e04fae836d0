import { type DependencyId, operator } from './dependency-table.ts';
import type { Pool } from './pool.ts';

/** Is the package itself meant by name, version and architecture, whatever it provides? */
export function matchesNevra(pool: Pool, number: number, dependency: DependencyId): boolean {
  const { table } = pool;
  if (dependency >= 0) {
    return pool.nameId(number) === dependency;
  }
  const left = table.left(dependency);
  const right = table.right(dependency);
  const op = table.operator(dependency);
  if (op < 8) {
    return matchesNevra(pool, number, left) && matchesVersion(pool, pool.evrId(number), { op, evr: right });
  }
  switch (op) {
    case operator.architecture:
      return matchesArchitecture(pool, number, right) && matchesNevra(pool, number, left);
    case operator.or:
      return matchesNevra(pool, number, left) || matchesNevra(pool, number, right);
    case operator.and:
    case operator.with:
      return matchesNevra(pool, number, left) && matchesNevra(pool, number, right);
    case operator.without:
      return matchesNevra(pool, number, left) && !matchesNevra(pool, number, right);
    case operator.multiarch:
      return table.text(right) === 'any' && matchesNevra(pool, number, left);
    default:
      return false;
  }
}

function matchesArchitecture(pool: Pool, number: number, arch: number): boolean {
  return pool.archId(number) === arch || (pool.table.text(arch) === 'src' && pool.arch(number) === 'nosrc');
}

function matchesVersion(pool: Pool, evr: number, wanted: { readonly op: number; readonly evr: DependencyId }): boolean {
  const { op } = wanted;
  if (evr === wanted.evr) {
    return (op & operator.equal) !== 0;
  }
  if (op === operator.any || wanted.evr < 0) {
    return op === operator.any;
  }
  switch (pool.evrOrder.match(evr, wanted.evr)) {
    case -2:
      return true;
    case 0:
    case 2:
      return (op & operator.equal) !== 0;
    case 1:
      return (op & operator.greater) !== 0;
    default:
      return (op & operator.less) !== 0;
  }
}

/** Do the ranges of a provided and a required version meet? */
export function rangesMeet(
  pool: Pool,
  provided: { readonly op: number; readonly evr: DependencyId },
  required: { readonly op: number; readonly evr: DependencyId },
): boolean {
  const [p, r] = [provided.op, required.op];
  if (p === 0 || r === 0 || p >= 8 || r >= 8) {
    return false;
  }
  if (p === operator.any || r === operator.any || (p & r & (operator.less | operator.greater)) !== 0) {
    return true;
  }
  if (provided.evr === required.evr) {
    return (p & r & operator.equal) !== 0;
  }
  if (provided.evr < 0 || required.evr < 0) {
    return meetsCompatible(pool, provided, required);
  }
  switch (pool.evrOrder.match(provided.evr, required.evr)) {
    case -2:
      return (p & operator.equal) !== 0;
    case 2:
      return (r & operator.equal) !== 0;
    case 0:
      return (p & r & operator.equal) !== 0;
    case 1:
      return (r & operator.greater) !== 0 || (p & operator.less) !== 0;
    default:
      return (r & operator.less) !== 0 || (p & operator.greater) !== 0;
  }
}

/** `provides a = 3 compat >= 2`: version 3, good for everything from 2 on. */
function meetsCompatible(
  pool: Pool,
  provided: { readonly op: number; readonly evr: DependencyId },
  required: { readonly op: number; readonly evr: DependencyId },
): boolean {
  const { table } = pool;
  if (provided.evr >= 0 || table.operator(provided.evr) !== operator.compatible) {
    return false;
  }
  const newest = table.left(provided.evr);
  if ((required.op & operator.greater) === 0 || (required.op & operator.less) !== 0) {
    return rangesMeet(pool, { op: operator.equal, evr: newest }, required);
  }
  return (
    rangesMeet(pool, { op: operator.lessOrEqual, evr: newest }, required) &&
    rangesMeet(
      pool,
      { op: operator.greaterOrEqual, evr: table.right(provided.evr) },
      { op: operator.equal, evr: required.evr },
    )
  );
}
