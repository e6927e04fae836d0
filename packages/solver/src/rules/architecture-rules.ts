import { isSameClass, noarchScore } from '../pool/architecture.ts';
import { namesakeGroups } from './distribution-rules.ts';
import type { SolverState } from './solver-state.ts';

/** Keeps packages of inferior architectures out, or ties them to the same version of the best one. */
export function addArchitectureRules(state: SolverState): void {
  const { rules, flags } = state;
  const section = rules.sections.architecture;
  section.start = rules.count;
  if (!flags.noArchitectureCheck) {
    for (const group of namesakeGroups(state)) {
      addGroup(state, group);
    }
  }
  section.end = rules.count;
}

function addGroup(state: SolverState, group: readonly number[]): void {
  const { view } = state;
  const inColours = view.flags.implicitObsoletesNeedColour;
  const kept = group.filter(
    (number) => view.score(number) !== noarchScore && state.isInstalled(number) && !state.isDupInvolved(number),
  );
  const others = group.filter((number) => view.score(number) === noarchScore || !state.isInstalled(number));
  let allowed = [...new Set(kept.map((number) => state.pool.archId(number)))];
  const bestPackage = bestOf(state, others);
  let best = bestPackage === undefined ? 0 : view.score(bestPackage);
  if (best === 0 && allowed.length > 1 && inColours) {
    const scores = allowed.map((arch) => view.scoreOf(arch)).filter((score) => score > noarchScore);
    best = scores.length === 0 ? 0 : Math.min(...scores);
  }
  if (best === 0) {
    return;
  }
  if (allowed.length === 1 && bestPackage !== undefined && allowed[0] === state.pool.archId(bestPackage)) {
    allowed = [];
  }
  if (allowed.length > 0 && inColours) {
    allowed = allowedBeside(state, kept, best);
  }
  for (const number of group.filter((one) => isInferior(state, one, { best, allowed }))) {
    addRule(state, number, best);
  }
}

function bestOf({ view }: SolverState, numbers: readonly number[]): number | undefined {
  let best: number | undefined;
  for (const number of numbers) {
    const score = view.score(number);
    if (score > noarchScore && (best === undefined || score < view.score(best))) {
      best = number;
    }
  }
  return best;
}

/** Architectures of installed packages that do without the better one in the same version. */
function allowedBeside(state: SolverState, installed: readonly number[], best: number): number[] {
  const { view, pool } = state;
  const allowed = new Set<number>();
  for (const number of installed) {
    const score = view.score(number);
    if (score === 0) {
      allowed.add(pool.archId(number));
    } else if (
      score !== noarchScore &&
      !isSameClass(score, best) &&
      lockStepPartners(state, number, best).length === 0
    ) {
      allowed.add(pool.archId(number));
    }
  }
  return [...allowed];
}

interface Bounds {
  readonly best: number;
  readonly allowed: readonly number[];
}

function isInferior(state: SolverState, number: number, { best, allowed }: Bounds): boolean {
  const { view, pool } = state;
  const score = view.score(number);
  if (score === noarchScore || isSameClass(score, best)) {
    return false;
  }
  if (state.isInstalled(number)) {
    return view.flags.implicitObsoletesNeedColour;
  }
  return !allowed.some((arch) => {
    const allowedScore = view.scoreOf(arch);
    return arch === pool.archId(number) || (allowedScore !== 0 && isSameClass(score, allowedScore));
  });
}

/** The same version of the name for the best architecture or for every one. */
function lockStepPartners({ view, pool }: SolverState, number: number, best: number): number[] {
  return [...view.providers(pool.nameId(number))].filter((other) => {
    const score = view.score(other);
    return (
      other !== number &&
      pool.nameId(other) === pool.nameId(number) &&
      pool.evrId(other) === pool.evrId(number) &&
      pool.archId(other) !== pool.archId(number) &&
      score !== 0 &&
      (score === noarchScore || isSameClass(score, best))
    );
  });
}

function addRule(state: SolverState, number: number, best: number): void {
  const { rules, view } = state;
  if (!view.flags.implicitObsoletesNeedColour) {
    rules.addPair(-number, 0);
    return;
  }
  const partners = lockStepPartners(state, number, best);
  if (state.isInstalled(number) && !partners.some((other) => state.isInstalled(other))) {
    return;
  }
  rules.addClause([-number, ...partners]);
}
