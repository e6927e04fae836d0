import { firstPackage } from '../pool/pool.ts';
import type { Job } from '../request/job.ts';
import { addSeeds } from './job-setup.ts';
import { obsoletes } from './package-rules.ts';
import type { SolverState } from './solver-state.ts';

/** Finds out which packages a distribution upgrade is about, and which it may end with. */
export function setUpDistributionUpgrade(state: SolverState): void {
  state.dup = state.newMap();
  state.jobs.forEach((job, at) => {
    if (job.kind === 'distupgrade') {
      setUpJob(state, job, at);
    }
  });
  if (state.dupInvolvedAll) {
    state.updateAll = true;
  } else if (state.dupInvolved !== undefined && !state.updateAll) {
    for (const number of state.installed) {
      if (state.dupInvolved[number] === 1) {
        state.updates ??= state.newMap();
        state.updates[number] = 1;
      }
    }
  }
}

function setUpJob(state: SolverState, job: Job, at: number): void {
  const { view, flags } = state;
  const { selection } = job;
  if (selection.kind === 'all') {
    setUpAll(state, job);
    return;
  }
  const hasInstalled = view.installedPlace >= 0;
  let isTargeted = job.flags.has('targeted');
  if (selection.kind === 'repository') {
    const isOther = selection.repository !== view.installedPlace;
    if (isOther && !isTargeted && flags.noAutoTarget) {
      return;
    }
    isTargeted ||= isOther;
  } else if (!isTargeted && !flags.noAutoTarget) {
    isTargeted = !hasInstalled || !state.selected(at).some((number) => state.isInstalled(number));
  }
  for (const number of state.everySelected(at)) {
    const isInstalled = state.isInstalled(number);
    if (isInstalled || (view.isInstallable(number) && (isTargeted || selection.kind === 'repository'))) {
      involve(state, job, { number, isTargeted });
    }
  }
}

function setUpAll(state: SolverState, { flags }: Job): void {
  state.dupInvolvedAll = true;
  for (let number = firstPackage; number < state.size; number++) {
    if (!state.isInstalled(number) && state.view.isInstallable(number)) {
      (state.dup as Uint8Array)[number] = 1;
    }
  }
  state.bestUpdateAll ||= flags.has('forcebest');
  if (flags.has('cleandeps')) {
    addSeeds(state, state.installed);
  }
}

interface Involved {
  readonly number: number;
  readonly isTargeted: boolean;
}

function involve(state: SolverState, job: Job, { number, isTargeted }: Involved): void {
  const { pool, view } = state;
  state.dupInvolved ??= state.newMap();
  const involved = state.dupInvolved;
  const dup = state.dup as Uint8Array;
  involved[number] = 1;
  if (isTargeted) {
    dup[number] = 1;
  }
  for (const other of view.providers(pool.nameId(number))) {
    if (pool.nameId(other) !== pool.nameId(number)) {
      continue;
    }
    involveReplaced(state, job, { number: other, isTargeted });
    if (!isTargeted && !state.isInstalled(other)) {
      dup[other] = 1;
    }
  }
  if (state.isInstalled(number)) {
    for (const other of foreignObsoleters(state, number)) {
      involved[other] = 1;
      if (!isTargeted) {
        dup[other] = 1;
      }
    }
  }
  if (isTargeted && !state.isInstalled(number)) {
    for (const dependency of pool.relations(number, 'obsoletes')) {
      for (const other of view.providers(dependency)) {
        if (obsoletes(view, { obsoleter: number, obsoleted: other, dependency })) {
          involveReplaced(state, job, { number: other, isTargeted });
        }
      }
    }
  }
}

function involveReplaced(state: SolverState, { flags }: Job, { number, isTargeted }: Involved): void {
  const involved = state.dupInvolved as Uint8Array;
  involved[number] = 1;
  if (!state.isInstalled(number)) {
    return;
  }
  if (isTargeted) {
    for (const other of foreignObsoleters(state, number)) {
      involved[other] = 1;
    }
  }
  if (flags.has('forcebest') && !state.bestUpdateAll) {
    state.bestUpdates ??= state.newMap();
    state.bestUpdates[number] = 1;
  }
  if (flags.has('cleandeps')) {
    addSeeds(state, [number]);
  }
}

function foreignObsoleters(state: SolverState, installed: number): number[] {
  return (state.obsoleters.get(installed) ?? []).filter((other) => !state.isInstalled(other));
}

/** Forbids what the upgrade must not end with. */
export function addDistributionRules(state: SolverState): void {
  const { rules } = state;
  const section = rules.sections.distribution;
  section.start = rules.count;
  if (state.hasDup) {
    for (const group of namesakeGroups(state)) {
      for (const number of group) {
        if (state.isDupInvolved(number)) {
          addDistributionRule(state, number);
        }
      }
    }
  }
  section.end = rules.count;
}

/** Packages with rules, by name: groups in the order of their first. */
export function* namesakeGroups(state: SolverState): Iterable<readonly number[]> {
  const { pool, view, added } = state;
  for (let first = firstPackage; first < state.size; first++) {
    if (added[first] === 0) {
      continue;
    }
    const name = pool.nameId(first);
    const group = [...view.providers(name)].filter((other) => pool.nameId(other) === name && added[other] === 1);
    if (group[0] === first) {
      yield group;
    }
  }
}

function addDistributionRule(state: SolverState, number: number): void {
  const { rules, view } = state;
  const dup = state.dup as Uint8Array;
  if (dup[number] === 1 || (state.isInstalled(number) && view.isDisabled(number))) {
    return;
  }
  if (!state.isInstalled(number)) {
    rules.addPair(-number, 0);
    return;
  }
  if (hasTwin(state, number) || isOrphan(state, number)) {
    dup[number] = 1;
    return;
  }
  const updaters = state.specialUpdaters.get(number);
  rules.addClause(updaters === undefined ? [-number] : [-number, ...updaters]);
}

function hasTwin({ pool, view, dup }: SolverState, number: number): boolean {
  return view
    .providers(pool.nameId(number))
    .some((other) => (dup as Uint8Array)[other] === 1 && view.isIdentical(number, other));
}

function isOrphan(state: SolverState, number: number): boolean {
  const { rules } = state;
  const feature = state.featureRule(number);
  const update = state.updateRule(number);
  const rule = rules.head(update) === 0 ? feature : update;
  if (rules.head(rule) === 0) {
    return true;
  }
  if (state.specialUpdaters.has(number)) {
    return false;
  }
  return rules.head(rule) === number && rules.isAssertion(rule) && rules.isAssertion(feature);
}
