import { type Dependency, formatNevra, parseDependency, parseNevra } from '@slipway/rpm';
import { type DependencyId, operator } from '../pool/dependency-table.ts';
import { firstPackage } from '../pool/pool.ts';
import type { PoolView } from '../pool/pool-view.ts';

/** Packages, or a rich dependency that more than one may have to satisfy. */
export type MatchedPackages =
  | { readonly kind: 'packages'; readonly packages: readonly number[] }
  | { readonly kind: 'rich'; readonly dependency: DependencyId };

/** Reads one request as dnf does: NEVRA, then name, name.arch, what is provided, then paths. */
export function matchPackages(view: PoolView, text: string): MatchedPackages {
  const trimmed = text.trim();
  if (trimmed.startsWith('(')) {
    const dependency = view.pool.table.internDependency(readDependency(trimmed) ?? { name: trimmed });
    const op = view.pool.table.operator(dependency);
    const isList = op < 8 || op === operator.with || op === operator.without;
    return isList ? { kind: 'packages', packages: [...view.providers(dependency)] } : { kind: 'rich', dependency };
  }
  for (const attempt of [matchNevra, matchName, matchNameAndArch, matchProvides, matchPath]) {
    const found = attempt(view, trimmed);
    if (found.length > 0) {
      const fitting = found.filter((number) => view.isInstalled(number) || view.mayProvide(number));
      return { kind: 'packages', packages: fitting.length > 0 ? fitting : found };
    }
  }
  return { kind: 'packages', packages: [] };
}

function matchNevra({ pool }: PoolView, text: string): number[] {
  const nevra = attemptTo(() => parseNevra(text));
  if (nevra === undefined) {
    return [];
  }
  const normalised = formatNevra(nevra);
  return [...pool.named(pool.table.find(nevra.name))].filter((number) => pool.nevra(number) === normalised);
}

function matchName({ pool }: PoolView, text: string): number[] {
  return [...pool.named(pool.table.find(text))];
}

function matchNameAndArch(view: PoolView, text: string): number[] {
  const dot = text.lastIndexOf('.');
  return dot < 0
    ? []
    : matchName(view, text.slice(0, dot)).filter((number) => view.pool.arch(number) === text.slice(dot + 1));
}

function matchProvides(view: PoolView, text: string): number[] {
  const dependency = readDependency(text);
  return dependency === undefined || text.startsWith('/')
    ? []
    : [...view.providers(view.pool.table.internDependency(dependency))];
}

/** All paths that the pool knows, whether somebody's relation names them or not. */
function matchPath({ pool }: PoolView, text: string): number[] {
  const found: number[] = [];
  for (let number = firstPackage; text.startsWith('/') && number < pool.end; number++) {
    if (pool.files(number).includes(text)) {
      found.push(number);
    }
  }
  return found;
}

function readDependency(text: string): Dependency | undefined {
  return attemptTo(() => parseDependency(text));
}

function attemptTo<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
