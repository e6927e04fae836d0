import type { DecisionMaker } from './decision-maker.ts';

/**
 * Undecided packages that would satisfy the rule; undefined when it is satisfied, or does not apply because something
 * it would need is not chosen.
 */
export function openCandidates(maker: DecisionMaker, rule: number): number[] | undefined {
  const { heads, lists, watchesB, literals } = maker.engine.rules;
  const { decisions } = maker.engine;
  const found: number[] = [];
  const head = heads[rule] as number;
  const list = lists[rule] as number;
  if (!look(head) || (list === 0 && watchesB[rule] !== 0 && !look(watchesB[rule] as number))) {
    return undefined;
  }
  for (let at = list; list !== 0 && literals[at] !== 0; at++) {
    if (!look(literals[at] as number)) {
      return undefined;
    }
  }
  return found;

  function look(literal: number): boolean {
    if (literal < 0) {
      return (decisions[-literal] as number) > 0;
    }
    const decision = decisions[literal] as number;
    if (decision === 0) {
      found.push(literal);
    }
    return decision <= 0;
  }
}

/** Decides the jobs in their order. */
export function resolveJobs(maker: DecisionMaker): void {
  const { state } = maker;
  const { start, end } = state.rules.sections.job;
  const begin = maker.level;
  for (let rule = start; rule < end; rule++) {
    const candidates = state.rules.isDisabled(rule) ? undefined : openCandidates(maker, rule);
    if (candidates === undefined || candidates.length === 0) {
      continue;
    }
    const before = maker.level;
    if (!maker.choose(keepInstalled(maker, rule, candidates), rule, 'job')) {
      if (maker.level < begin) {
        return;
      }
      // what was learned may help: the same rule again, or all of them
      rule = maker.level === before ? rule - 1 : start - 1;
    }
  }
}

/** Where nothing is to be updated, what is installed will do. */
function keepInstalled({ state }: DecisionMaker, rule: number, candidates: readonly number[]): readonly number[] {
  const job = state.jobs[state.jobOfRule[rule - state.rules.sections.job.start] as number];
  if (
    candidates.length < 2 ||
    state.view.installedPlace < 0 ||
    state.updateAll ||
    state.flags.installAlsoUpdates ||
    job?.flags.has('orupdate') === true
  ) {
    return candidates;
  }
  const installed = candidates.filter((number) => state.isInstalled(number));
  return installed.length === 0 || installed.some((number) => state.updates?.[number] === 1) ? candidates : installed;
}

/**
 * Goes round the rules until one whole round changes nothing. Rules that leave several equally good candidates are
 * put off: what is decided meanwhile may settle them.
 */
export function resolveDependencies(maker: DecisionMaker): void {
  const { state } = maker;
  const { rules, flags } = state;
  const focuses = (flags.focusNew || flags.focusBest) && maker.looksAhead;
  const begin = maker.level;
  let postponed = 0;
  for (let rule = 1, unchanged = 1; ; rule++, unchanged++) {
    if (unchanged >= rules.count) {
      if (postponed <= 0) {
        return;
      }
      rule = postponed;
      postponed = -1;
      unchanged = 1;
    }
    if (rule === rules.count) {
      rule = 1;
    }
    if (rules.disabled[rule] === 1 || !mayLeaveChoice(maker, rule) || (focuses && !isInFocus(maker, rule))) {
      continue;
    }
    let candidates = openCandidates(maker, rule);
    if (candidates === undefined || candidates.length < 2) {
      continue;
    }
    candidates = preferCleanedUp(maker, candidates);
    if (candidates.length > 1 && postponed >= 0) {
      candidates = maker.policy.select(candidates, 'narrow');
      if (candidates.length > 1) {
        postponed ||= rule;
        continue;
      }
    }
    maker.choose(candidates, rule, 'resolve');
    if (maker.level < begin) {
      return;
    }
    unchanged = 0;
  }
}

/** Most rules are out of the question at a glance. */
function mayLeaveChoice({ engine }: DecisionMaker, rule: number): boolean {
  const { heads, lists, watchesB } = engine.rules;
  const head = heads[rule] as number;
  if (lists[rule] === 0) {
    return head > 0 && (watchesB[rule] as number) > 0;
  }
  return head < 0 ? (engine.decisions[-head] as number) > 0 : true;
}

/** Rules of newly chosen packages; unless the best is wanted, those that need nothing of what is installed. */
function isInFocus({ state, engine }: DecisionMaker, rule: number): boolean {
  const { rules } = state;
  if (rule >= rules.sections.feature.start) {
    return false;
  }
  if (rules.lists[rule] === 0 || state.view.installedPlace < 0) {
    return true;
  }
  const literals = rules.literalsOf(rule);
  const isNew = literals.some(
    (literal, at) => literal < 0 && !state.isInstalled(-literal) && (at === 0 || engine.isChosen(-literal)),
  );
  return isNew && (state.flags.focusBest || !literals.some((literal) => literal > 1 && state.isInstalled(literal)));
}

/** Packages that would be cleaned up stay when they are good for something. */
function preferCleanedUp({ state, engine }: DecisionMaker, candidates: number[]): number[] {
  const { cleanUp } = state;
  if (cleanUp === undefined) {
    return candidates;
  }
  const cleaned = candidates.filter((number) => state.isInstalled(number) && cleanUp[number] === 1);
  const kept = cleaned.find((number) => !state.isUpdated(number));
  if (kept !== undefined) {
    return [kept];
  }
  if (cleaned.length === 0) {
    return candidates;
  }
  const marked = new Set<number>();
  for (const number of cleaned) {
    const update = state.updateRule(number);
    const updaters = (state.specialUpdaters.get(number) ?? state.rules.literalsOf(update)).filter(
      (other) => (engine.decisions[other] as number) >= 0,
    );
    const targets = state.updateTargets.get(number);
    marked.add(number);
    for (const other of updaters) {
      if (candidates.includes(other) && (targets === undefined || targets.has(other))) {
        marked.add(other);
      }
    }
  }
  return candidates.filter((number) => marked.has(number));
}
