import { Policy } from '../policy/policy.ts';
import type { DependencyId } from '../pool/dependency-table.ts';
import type { SolverState } from './solver-state.ts';

/** When a package was split, what obsoletes it comes together (yum's rule): one of each name. */
export function addObsoletesRules(state: SolverState): void {
  const { rules, flags } = state;
  const section = rules.sections.obsoletes;
  section.start = rules.count;
  if (flags.yumObsoletes && state.installed.length > 0) {
    for (const dependency of sharedObsoletes(state)) {
      addGroupRules(state, dependency, obsoletingGroups(state, dependency));
    }
  }
  section.end = rules.count;
}

/** Dependencies by which packages obsolete installed ones. */
function sharedObsoletes(state: SolverState): Set<DependencyId> {
  const { pool, view } = state;
  const found = new Set<DependencyId>();
  for (const number of state.installed) {
    for (const obsoleter of state.obsoleters.get(number) ?? []) {
      for (const dependency of pool.relations(obsoleter, 'obsoletes')) {
        const isMeant = (other: number): boolean =>
          state.isInstalled(other) && matches(state, other, dependency) && coloursMeet(state, number, other);
        if (!found.has(dependency) && view.providers(dependency).some(isMeant)) {
          found.add(dependency);
        }
      }
    }
  }
  return found;
}

function matches({ view }: SolverState, number: number, dependency: DependencyId): boolean {
  return view.flags.obsoletesMatchProvides || view.matchesNevra(number, dependency);
}

function coloursMeet({ view }: SolverState, a: number, b: number): boolean {
  const { obsoletesNeedColour, implicitObsoletesNeedColour } = view.flags;
  return (!obsoletesNeedColour && !implicitObsoletesNeedColour) || view.coloursMatch(a, b);
}

/** Packages that obsolete by the same dependency, by name; none when there is one name only. */
function obsoletingGroups(state: SolverState, dependency: DependencyId): number[][] {
  const { pool, view } = state;
  const found = new Set<number>();
  for (const obsoleted of view.providers(dependency)) {
    if (!state.isInstalled(obsoleted) || !matches(state, obsoleted, dependency)) {
      continue;
    }
    const namesakes = [...view.providers(pool.nameId(obsoleted))].filter(
      (other) => pool.nameId(other) === pool.nameId(obsoleted),
    );
    for (const other of [...(state.obsoleters.get(obsoleted) ?? []), ...namesakes]) {
      if (coloursMeet(state, obsoleted, other) && pool.relations(other, 'obsoletes').includes(dependency)) {
        found.add(other);
      }
    }
  }
  const all = [...found];
  const names = new Policy(state).bestVersions(all).map((number) => pool.nameId(number));
  const groups = names.map((name) => all.filter((number) => pool.nameId(number) === name));
  return groups.length < 2 ? [] : groups;
}

function addGroupRules(state: SolverState, dependency: DependencyId, groups: readonly (readonly number[])[]): void {
  groups.forEach((group, at) => {
    for (const number of group) {
      for (const other of state.isInstalled(number) ? [] : groups.filter((_, place) => place !== at)) {
        state.rules.addClause([-number, ...other]);
        state.obsoletesInfo.push(dependency);
      }
    }
  });
}
