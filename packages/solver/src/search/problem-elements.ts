import { disablePolicyRules, reenablePolicyRules } from '../rules/policy-disabling.ts';
import type { RuleClass } from '../rules/rule-table.ts';
import type { SolverState } from '../rules/solver-state.ts';

/**
 * What can be given up to solve a problem: a rule by its number (of architecture and distribution rules the first of
 * the name), or a job as minus its place minus 1.
 */
export type ProblemElement = number;

export function jobElement(job: number): ProblemElement {
  return -job - 1;
}

function isIn({ rules }: SolverState, rule: number, section: RuleClass): boolean {
  const { start, end } = rules.sections[section];
  return rule >= start && rule < end;
}

export function elementOf(state: SolverState, rule: number): ProblemElement {
  const { rules, jobOfRule, bestInfo } = state;
  if (isIn(state, rule, 'job')) {
    return jobElement(jobOfRule[rule - rules.sections.job.start] as number);
  }
  if (isIn(state, rule, 'best') && rule < state.bestUpdatesStart) {
    const jobRule = -(bestInfo[rule - rules.sections.best.start] as number);
    return jobElement(jobOfRule[jobRule - rules.sections.job.start] as number);
  }
  const section = groupedSection(state, rule);
  return section === undefined ? rule : groupStart(state, rule, section);
}

function groupedSection(state: SolverState, rule: number): 'architecture' | 'distribution' | undefined {
  return isIn(state, rule, 'architecture')
    ? 'architecture'
    : isIn(state, rule, 'distribution')
      ? 'distribution'
      : undefined;
}

function nameOfRule({ rules, pool }: SolverState, rule: number): number {
  return pool.nameId(-rules.head(rule));
}

function groupStart(state: SolverState, rule: number, section: 'architecture' | 'distribution'): number {
  let first = rule;
  while (first > state.rules.sections[section].start && nameOfRule(state, first - 1) === nameOfRule(state, rule)) {
    first--;
  }
  return first;
}

/** Rules that count no more when the element is given up. */
export function rulesOfElement(state: SolverState, element: ProblemElement): number[] {
  const { rules, jobOfRule, bestInfo } = state;
  if (element > 0) {
    const section = groupedSection(state, element);
    if (section === undefined) {
      return [element];
    }
    const found: number[] = [];
    const name = nameOfRule(state, element);
    const { end } = rules.sections[section];
    for (let rule = groupStart(state, element, section); rule < end && nameOfRule(state, rule) === name; rule++) {
      found.push(rule);
    }
    return found;
  }
  const job = -element - 1;
  const jobStart = rules.sections.job.start;
  const best = bestInfo
    .slice(0, state.bestUpdatesStart - rules.sections.best.start)
    .flatMap((info, at) => (info < 0 && jobOfRule[-info - jobStart] === job ? [rules.sections.best.start + at] : []));
  return [...best, ...jobOfRule.flatMap((one, at) => (one === job ? [jobStart + at] : []))];
}

export function disableElement(state: SolverState, element: ProblemElement): void {
  for (const rule of rulesOfElement(state, element)) {
    state.rules.disable(rule);
  }
}

/** Gives up what the rule stands for; policy that stood back for a job counts again. */
export function giveUp(state: SolverState, rule: number): void {
  const element = elementOf(state, rule);
  disableElement(state, element);
  if (element < 0) {
    reenablePolicyRules(state, -element - 1);
  }
}

/** A choice rule is given up with all others that would leave out the same packages. */
export function giveUpChoice(state: SolverState, rule: number): void {
  const { rules, choiceInfo } = state;
  const { start, end } = rules.sections.choice;
  const originalOf = (choice: number): number[] => rules.literalsOf(choiceInfo[choice - start] as number);
  rules.disable(rule);
  const narrowed = new Set(rules.literalsOf(rule));
  const leftOut = new Set(originalOf(rule).filter((literal) => literal > 0 && !narrowed.has(literal)));
  for (let other = start; other < end; other++) {
    if (!rules.isDisabled(other) && originalOf(other).some((literal) => leftOut.has(literal))) {
      rules.disable(other);
    }
  }
}

/** Solves a problem by letting an installed package go, where that is allowed; false when it is not. */
export function uninstallForProblem(state: SolverState, elements: readonly ProblemElement[]): boolean {
  const rule = ruleToDrop(state, elements);
  if (rule === undefined) {
    return false;
  }
  state.rules.disable(rule);
  const jobs = elements.filter((element) => element < 0).map((element) => state.jobs[-element - 1]);
  if (jobs.length > 0 && jobs.every((job) => job?.flags.has('cleandeps') === true) && state.cleanUp !== undefined) {
    const number = state.rules.head(rule);
    state.cleanUpSeeds ??= new Set();
    if (number > 0 && !state.cleanUpSeeds.has(number)) {
      state.cleanUpSeeds.add(number);
      disablePolicyRules(state);
    }
  }
  return true;
}

/** The last update rule that leaves another version possible, else the last at all. */
function ruleToDrop(state: SolverState, elements: readonly ProblemElement[]): number | undefined {
  const { rules, view, flags, bestInfo } = state;
  const { start } = rules.sections.update;
  let last: number | undefined;
  let lastWithoutFeature: number | undefined;
  for (const rule of elements) {
    if (!isIn(state, rule, 'update')) {
      continue;
    }
    const number = state.installed[rule - start] as number;
    const isBest = (element: number): boolean =>
      isIn(state, element, 'best') && bestInfo[element - rules.sections.best.start] === number;
    if (!state.mayBeUninstalled(number) || view.isDisabled(number) || elements.some(isBest)) {
      continue;
    }
    if (rules.head(state.featureRule(number)) !== 0) {
      last = Math.max(last ?? 0, rule);
      continue;
    }
    lastWithoutFeature = Math.max(lastWithoutFeature ?? 0, rule);
    if (flags.keepOrphans && rules.isAssertion(rule) && rules.head(rule) === number) {
      return rule;
    }
  }
  return last ?? lastWithoutFeature;
}
