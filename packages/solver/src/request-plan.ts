import { type Dependency, formatNevra, parseDependency, parseNevra } from '@slipway/rpm';
import type { Availability } from './availability.ts';
import type { Pool } from './pool.ts';
import { packagesOf } from './rich-clauses.ts';

/** A request and the packages of the pool that would meet it, whether they may be used or not. */
export interface PlannedRequest {
  readonly text: string;
  /** What must hold: any of these packages, or a rich relation. */
  readonly goal:
    | { readonly kind: 'packages'; readonly candidates: readonly number[] }
    | { readonly kind: 'rich'; readonly relation: number };
}

/** Reads one request as dnf does: NEVRA, then name, name.arch, what is provided, then paths. */
export function planRequest(pool: Pool, availability: Availability, text: string): PlannedRequest {
  const trimmed = text.trim();
  if (trimmed.startsWith('(')) {
    const relation = pool.table.internRelation(readDependency(trimmed) ?? { name: trimmed });
    const tree = pool.richTree(relation);
    const isPlain = tree?.kind === 'simple' || tree?.kind === 'with' || tree?.kind === 'without';
    return isPlain
      ? { text, goal: { kind: 'packages', candidates: packagesOf(pool, tree) } }
      : { text, goal: { kind: 'rich', relation } };
  }
  const matching = matchPackages(pool, trimmed);
  const fitting = matching.filter((number) => availability.score(number) !== 0);
  return { text, goal: { kind: 'packages', candidates: fitting.length > 0 ? fitting : matching } };
}

function matchPackages(pool: Pool, text: string): number[] {
  const attempts = [matchNevra, matchName, matchNameAndArch, matchProvides, matchPath];
  for (const attempt of attempts) {
    const found = attempt(pool, text);
    if (found.length > 0) {
      return found;
    }
  }
  return [];
}

function matchNevra(pool: Pool, text: string): number[] {
  const nevra = attemptTo(() => parseNevra(text));
  if (nevra === undefined) {
    return [];
  }
  const normalised = formatNevra(nevra);
  return [...pool.named(pool.table.findName(nevra.name))].filter((number) => pool.nevra(number) === normalised);
}

function matchName(pool: Pool, text: string): number[] {
  return [...pool.named(pool.table.findName(text))];
}

function matchNameAndArch(pool: Pool, text: string): number[] {
  const dot = text.lastIndexOf('.');
  return dot < 0
    ? []
    : matchName(pool, text.slice(0, dot)).filter((number) => pool.arch(number) === text.slice(dot + 1));
}

function matchProvides(pool: Pool, text: string): number[] {
  const dependency = readDependency(text);
  return dependency === undefined ? [] : [...pool.providers(pool.table.internRelation(dependency))];
}

/** Only files that nobody's relation names are looked for here: the others are provides. */
function matchPath(pool: Pool, text: string): number[] {
  const found: number[] = [];
  for (let number = 1; text.startsWith('/') && number <= pool.size; number++) {
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
