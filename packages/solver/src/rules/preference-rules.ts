import { firstPackage } from '../pool/pool.ts';
import type { SolverState } from './solver-state.ts';

/** Packages that only a direct request may bring in, unless the name is installed already. */
export function addBlacklistRules(state: SolverState): void {
  const { rules, pool, jobs } = state;
  const section = rules.sections.blacklist;
  section.start = rules.count;
  const listed = jobs.flatMap(({ kind }, at) => (kind === 'blacklist' ? state.selected(at) : []));
  const installedNames = new Set(
    listed.filter((number) => state.isInstalled(number)).map((number) => pool.nameId(number)),
  );
  for (const number of listed) {
    if (!state.isInstalled(number) && !installedNames.has(pool.nameId(number))) {
      rules.addPair(-number, 0);
    }
  }
  section.end = rules.count;
}

/** Recommendations that count as requirements do so without the disfavoured packages. */
export function addRecommendsRules(state: SolverState): void {
  const { rules, favours } = state;
  const section = rules.sections.recommends;
  section.start = rules.count;
  if (state.hasDisfavoured && state.flags.strongRecommends && favours !== undefined) {
    for (const rule of [...(state.recommendsRules ?? [])].sort((a, b) => a - b)) {
      const literals = rules.literalsOf(rule);
      const left = literals.filter((literal) => literal < 0 || (favours[literal] as number) >= 0);
      if (left.length === literals.length) {
        continue;
      }
      rules.disable(rule);
      if (left.length >= 2 && left.some((literal) => literal > 0)) {
        rules.addClause(left);
        state.recommendsInfo.push(rule);
      }
    }
  }
  section.end = rules.count;
}

/** Of each name only what the repository of the highest priority has. */
export function addPriorityRules(state: SolverState): void {
  const { rules, pool, view } = state;
  const section = rules.sections.priority;
  section.start = rules.count;
  const open = Uint8Array.from(state.added);
  for (let first = firstPackage; first < state.size && state.flags.strictRepositoryPriority; first++) {
    if (open[first] === 0) {
      continue;
    }
    const name = pool.nameId(first);
    const group = [...view.providers(name)].filter((other) => pool.nameId(other) === name);
    const priorityOf = (number: number): number => pool.repository(number).priority;
    const best = Math.max(priorityOf(first), ...group.map(priorityOf));
    for (const number of group) {
      if (open[number] === 1) {
        open[number] = 0;
        if (!state.isInstalled(number) && priorityOf(number) < best) {
          rules.addPair(-number, 0);
        }
      }
    }
  }
  section.end = rules.count;
}
