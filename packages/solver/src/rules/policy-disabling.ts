import { type Allowed, policyObjections } from '../policy/update-candidates.ts';
import { operator } from '../pool/dependency-table.ts';
import type { Job, JobFlag } from '../request/job.ts';
import { createCleanUpMap } from './clean-up.ts';
import { removedByAll } from './obsoletes.ts';
import type { SolverState } from './solver-state.ts';

type DisabledKind = 'update' | 'architecture' | 'distribution' | 'blacklist' | 'priority';

/** Policy that stands back for a job: an installed or blacklisted package, or a name for the other kinds. */
interface DisabledPolicy {
  readonly kind: DisabledKind;
  readonly subject: number;
}

/** Disables policy rules that are in conflict with what the jobs ask for. */
export function disablePolicyRules(state: SolverState): void {
  const disabled = disabledByJobs(state, () => true);
  if (state.cleanUp !== undefined) {
    createCleanUpMap(state, state.cleanUp);
    for (const number of state.installed) {
      if (state.cleanUp[number] === 1) {
        disabled.push({ kind: 'update', subject: number });
      }
    }
  }
  state.noUpdate.fill(0);
  for (const one of disabled) {
    setPolicy(state, one, false);
  }
}

/** A job is given up: what stood back for it alone counts again. */
export function reenablePolicyRules(state: SolverState, job: number): void {
  const own = disabledByJob(state, job);
  if (own.length > 0 && state.cleanUp !== undefined) {
    createCleanUpMap(state, state.cleanUp);
  }
  const others = disabledByJobs(state, () => true);
  for (const one of own) {
    const isCleanedUp = one.kind === 'update' && state.cleanUp?.[one.subject] === 1;
    if (!isCleanedUp && !others.some(({ kind, subject }) => kind === one.kind && subject === one.subject)) {
      setPolicy(state, one, true);
    }
  }
}

/** A package is not cleaned up after all. */
export function reenableUpdateRule(state: SolverState, number: number): void {
  const isDisabled = disabledByJobs(state, () => true).some(
    ({ kind, subject }) => kind === 'update' && subject === number,
  );
  if (!isDisabled) {
    setPolicy(state, { kind: 'update', subject: number }, true);
  }
}

function disabledByJobs(state: SolverState, isMeant: (job: number) => boolean): DisabledPolicy[] {
  const { rules, jobOfRule } = state;
  const active = new Set(
    jobOfRule.filter((_, place) => !rules.isDisabled(rules.sections.job.start + place)).filter(isMeant),
  );
  return [...active].flatMap((job) => disabledByJob(state, job));
}

function disabledByJob(state: SolverState, at: number): DisabledPolicy[] {
  const job = state.jobs[at] as Job;
  switch (job.kind) {
    case 'install':
      return disabledByInstall(state, job, at);
    case 'erase':
      return disabledByErase(state, job, at);
    case 'lock':
      return byName(
        state,
        state.everySelected(at).filter((number) => state.isInstalled(number)),
        'distribution',
      );
    default:
      return [];
  }
}

function byName(state: SolverState, numbers: readonly number[], kind: DisabledKind): DisabledPolicy[] {
  return [...new Set(numbers.map((number) => state.pool.nameId(number)))].map((subject) => ({ kind, subject }));
}

/** What the job says about the package beyond its name, or would if it were asked. */
function namedParts({ pool }: SolverState, { selection, flags }: Job): ReadonlySet<JobFlag | 'setname'> {
  const set = new Set<JobFlag | 'setname'>([...flags].filter((flag) => flag.startsWith('set')));
  if (flags.has('noautoset')) {
    return set;
  }
  if (selection.kind === 'package') {
    return new Set(['setname', 'setarch', 'setvendor', 'setrepo', 'setevr']);
  }
  if (selection.kind === 'name') {
    set.add('setname');
  }
  if (selection.kind === 'name' || selection.kind === 'provides') {
    const { table } = pool;
    const { dependency } = selection;
    const op = table.operator(dependency);
    if (op === operator.equal && selection.kind === 'name') {
      set.add(table.text(table.right(dependency)).includes('-') ? 'setevr' : 'setev');
    }
    const inner = op > 0 && op < 8 ? table.left(dependency) : dependency;
    if (table.operator(inner) === operator.architecture) {
      set.add('setarch');
    }
  }
  return set;
}

function disabledByInstall(state: SolverState, job: Job, at: number): DisabledPolicy[] {
  const { rules } = state;
  const set = namedParts(state, job);
  const numbers = state.selected(at);
  const isEmpty = (name: 'architecture' | 'distribution' | 'priority' | 'blacklist'): boolean =>
    rules.sections[name].start === rules.sections[name].end;
  const found: DisabledPolicy[] = [];
  if (set.size === 0) {
    return found;
  }
  if (set.has('setarch') && !isEmpty('architecture')) {
    const heads = headsOf(state, 'architecture');
    found.push(
      ...byName(
        state,
        numbers.filter((number) => heads.has(-number)),
        'architecture',
      ),
    );
  }
  for (const kind of ['distribution', 'priority'] as const) {
    if (set.has('setrepo') && !isEmpty(kind)) {
      found.push(...byName(state, numbers, kind));
    }
  }
  if (set.has('setevr') && !isEmpty('blacklist')) {
    found.push(...numbers.map((subject) => ({ kind: 'blacklist', subject }) as const));
  }
  return [...found, ...disabledUpdates(state, { job, at, set })];
}

function headsOf({ rules }: SolverState, section: 'architecture'): ReadonlySet<number> {
  const { start, end } = rules.sections[section];
  return new Set(rules.heads.subarray(start, end));
}

interface InstallParts {
  readonly job: Job;
  readonly at: number;
  readonly set: ReadonlySet<JobFlag | 'setname'>;
}

/** Installed packages that all candidates remove, as far as policy would object to that. */
function disabledUpdates(state: SolverState, { job, at, set }: InstallParts): DisabledPolicy[] {
  if (state.installed.length === 0) {
    return [];
  }
  const numbers = state.selected(at);
  const saysAll = set.has('setevr') && set.has('setarch') && set.has('setvendor');
  if (
    job.selection.kind === 'package' &&
    state.isInstalled(job.selection.package) &&
    saysAll &&
    state.bestInfo.length > 0
  ) {
    const subject = job.selection.package;
    return state.bestInfo.slice(state.bestUpdatesStart - state.rules.sections.best.start).includes(subject)
      ? [{ kind: 'update', subject }]
      : [];
  }
  const isSideBySide = (number: number): boolean => state.isMultiversion(number) && !state.flags.keepExplicitObsoletes;
  if (numbers.some((number) => state.isInstalled(number) || isSideBySide(number))) {
    return [];
  }
  return removedByAll(state, numbers)
    .filter(
      (installed) => saysAll || numbers.every((number) => isAccepted(state, { from: installed, to: number }, set)),
    )
    .map((subject) => ({ kind: 'update', subject }));
}

function isAccepted(
  state: SolverState,
  change: { readonly from: number; readonly to: number },
  set: ReadonlySet<JobFlag | 'setname'>,
): boolean {
  const ignored = new Set<keyof Allowed>();
  const parts: readonly [JobFlag | 'setname', keyof Allowed][] = [
    ['setevr', 'downgrade'],
    ['setname', 'nameChange'],
    ['setarch', 'architectureChange'],
    ['setvendor', 'vendorChange'],
  ];
  for (const [flag, allowed] of parts) {
    if (set.has(flag)) {
      ignored.add(allowed);
    }
  }
  const objections = policyObjections(state, change, ignored);
  const { pool } = state;
  const onlyDowngrade = objections.length === 1 && objections[0] === 'downgrade' && set.has('setev');
  return (
    objections.length === 0 ||
    (onlyDowngrade && pool.evrOrder.compareWithoutRelease(pool.evrId(change.from), pool.evrId(change.to)) !== 0)
  );
}

function disabledByErase(state: SolverState, job: Job, at: number): DisabledPolicy[] {
  const { rules, view } = state;
  const architecture = rules.sections.architecture;
  const checksLockStep = view.flags.implicitObsoletesNeedColour && architecture.start !== architecture.end;
  const set = namedParts(state, job);
  const installed = state.everySelected(at).filter((number) => state.isInstalled(number));
  return installed.flatMap((subject): DisabledPolicy[] => [
    { kind: 'update', subject },
    ...(set.has('setarch') && checksLockStep && isInLockStep(state, subject)
      ? [{ kind: 'architecture', subject: state.pool.nameId(subject) } as const]
      : []),
  ]);
}

function isInLockStep(state: SolverState, number: number): boolean {
  const { rules } = state;
  const { start, end } = rules.sections.architecture;
  for (let rule = start; rule < end; rule++) {
    const head = rules.head(rule);
    if (head < 0 && state.isInstalled(-head) && rules.literalsOf(rule).includes(number)) {
      return true;
    }
  }
  return false;
}

function setPolicy(state: SolverState, { kind, subject }: DisabledPolicy, enable: boolean): void {
  if (kind === 'update') {
    setUpdatePolicy(state, subject, enable);
    return;
  }
  const { rules, pool } = state;
  const { start, end } = rules.sections[kind];
  for (let rule = start; rule < end; rule++) {
    const number = -rules.head(rule);
    if (number > 0 && (kind === 'blacklist' ? number : pool.nameId(number)) === subject) {
      setRule(state, rule, enable);
    }
  }
}

function setUpdatePolicy(state: SolverState, number: number, enable: boolean): void {
  const { rules } = state;
  const update = state.updateRule(number);
  const feature = state.featureRule(number);
  state.noUpdate[number] = enable ? 0 : 1;
  for (const rule of enable && rules.head(update) !== 0 ? [update] : [update, feature]) {
    if (rules.head(rule) !== 0) {
      setRule(state, rule, enable);
    }
  }
  for (let rule = state.bestUpdatesStart; rule < rules.sections.best.end; rule++) {
    if (state.bestInfo[rule - rules.sections.best.start] === number) {
      setRule(state, rule, enable);
    }
  }
}

function setRule({ rules }: SolverState, rule: number, enable: boolean): void {
  rules.disabled[rule] = enable ? 0 : 1;
}
