import type { Job } from '../request/job.ts';
import { obsoletedInstalled, replacesByColour } from './obsoletes.ts';
import type { SolverState } from './solver-state.ts';

/** Draws from the jobs the maps that are needed before there are rules. */
export function setUpJobs(state: SolverState): void {
  state.jobs.forEach((job, at) => {
    if (job.kind === 'multiversion') {
      state.multiversion ??= state.newMap();
      mark(state.multiversion, state.everySelected(at));
    }
  });
  if (state.installed.length > 0 || state.view.installedPlace >= 0) {
    state.jobs.forEach((job, at) => setUpJob(state, job, at));
    for (const number of state.updateTargets.keys()) {
      state.updates ??= state.newMap();
      state.updates[number] = 1;
    }
  }
}

function setUpJob(state: SolverState, job: Job, at: number): void {
  const isAll = isAllInstalled(state, job);
  const installed = state.selected(at).filter((number) => state.isInstalled(number));
  switch (job.kind) {
    case 'verify':
      state.fixAll ||= isAll;
      state.fixes = marked(state, state.fixes, installed);
      break;
    case 'droporphaned':
      state.dropOrphanedAll ||= isAll;
      state.dropOrphaned = marked(state, state.dropOrphaned, installed);
      break;
    case 'allowuninstall':
      state.allowUninstallAll ||= isAll;
      state.allowUninstalls = marked(state, state.allowUninstalls, installed);
      break;
    case 'update':
      setUpUpdate(state, job, at);
      break;
    default:
  }
}

function isAllInstalled({ view }: SolverState, { selection }: Job): boolean {
  return selection.kind === 'all' || (selection.kind === 'repository' && selection.repository === view.installedPlace);
}

function setUpUpdate(state: SolverState, job: Job, at: number): void {
  const { selection, flags } = job;
  const isTargeted = flags.has('targeted');
  if (selection.kind === 'all' || (isAllInstalled(state, job) && !isTargeted)) {
    state.updateAll = true;
    state.bestUpdateAll ||= flags.has('forcebest');
    if (flags.has('cleandeps')) {
      addSeeds(state, state.installed);
    }
    return;
  }
  if (!isTargeted && selection.kind !== 'repository') {
    const installed = state.selected(at).filter((number) => state.isInstalled(number));
    installed.forEach((number) => {
      state.updates ??= state.newMap();
      state.updates[number] = 1;
      noteUpdate(state, job, number);
    });
    if (installed.length > 0) {
      return;
    }
  }
  if (!isTargeted && state.flags.noAutoTarget) {
    return;
  }
  for (const number of state.everySelected(at)) {
    addUpdateTarget(state, job, number);
  }
}

function noteUpdate(state: SolverState, { flags }: Job, installed: number): void {
  if (flags.has('forcebest')) {
    state.bestUpdates ??= state.newMap();
    state.bestUpdates[installed] = 1;
  }
  if (flags.has('cleandeps')) {
    addSeeds(state, [installed]);
  }
}

export function addSeeds(state: SolverState, installed: Iterable<number>): void {
  state.cleanUpSeeds ??= new Set();
  for (const number of installed) {
    state.cleanUpSeeds.add(number);
  }
}

/** An update to exactly this package: what is installed of its name, or what it obsoletes, becomes it. */
function addUpdateTarget(state: SolverState, job: Job, target: number): void {
  const { pool, view } = state;
  const namesakes = [...view.providers(pool.nameId(target))].filter(
    (other) =>
      state.isInstalled(other) && pool.nameId(other) === pool.nameId(target) && replacesByColour(view, target, other),
  );
  if (state.isInstalled(target)) {
    addTarget(state, target, target);
    for (const other of namesakes) {
      addTarget(state, other, target);
    }
    return;
  }
  const obsoleted = obsoletedInstalled(state, target).filter((other) => pool.nameId(other) !== pool.nameId(target));
  const replaced = [...namesakes, ...obsoleted];
  for (const other of replaced) {
    noteUpdate(state, job, other);
    addTarget(state, other, target);
  }
  const identical = namesakes.findLast((other) => view.isIdentical(target, other));
  if (identical !== undefined) {
    for (const other of replaced) {
      addTarget(state, other, identical);
    }
  }
}

function addTarget(state: SolverState, installed: number, target: number): void {
  const targets = state.updateTargets.get(installed);
  if (targets === undefined) {
    state.updateTargets.set(installed, new Set([target]));
  } else {
    targets.add(target);
  }
}

function mark(map: Uint8Array, numbers: Iterable<number>): void {
  for (const number of numbers) {
    map[number] = 1;
  }
}

function marked(state: SolverState, map: Uint8Array | undefined, numbers: readonly number[]): Uint8Array | undefined {
  if (numbers.length === 0) {
    return map;
  }
  const result = map ?? state.newMap();
  mark(result, numbers);
  return result;
}

/** Favoured and disfavoured packages, and those that weak dependencies do not bring in. */
export function setUpPreferences(state: SolverState): void {
  state.jobs.forEach(({ kind, selection }, at) => {
    const numbers = selection.kind === 'repository' ? state.everySelected(at) : state.selected(at);
    if (kind === 'favor' || kind === 'disfavor') {
      state.favours ??= new Int32Array(state.size);
      for (const number of numbers) {
        state.favours[number] = kind === 'favor' ? at + 1 : -(at + 1);
        state.hasDisfavoured ||= kind === 'disfavor';
      }
    } else if (kind === 'excludefromweak') {
      state.excludedFromWeak ??= state.newMap();
      mark(state.excludedFromWeak, numbers);
    }
  });
}
