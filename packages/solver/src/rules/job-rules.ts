import { isComplex, type NormaliseOptions, normalise } from '../pool/complex-dependency.ts';
import { type DependencyId, operator } from '../pool/dependency-table.ts';
import { systemPackage } from '../pool/pool.ts';
import type { Job } from '../request/job.ts';
import { replacesByColour } from './obsoletes.ts';
import type { SolverState } from './solver-state.ts';

/** Writes what the jobs demand. Returns the packages that `install` jobs may bring, by package. */
export function addJobRules(state: SolverState, candidates: Uint8Array): void {
  const { rules } = state;
  rules.sections.job.start = rules.count;
  state.jobs.forEach((job, at) => {
    if (
      job.flags.has('cleandeps') &&
      (job.kind === 'install' || job.kind === 'erase') &&
      state.view.installedPlace >= 0
    ) {
      state.cleanUp ??= state.newMap();
    }
    switch (job.kind) {
      case 'install':
        addInstall(state, job, at);
        break;
      case 'erase':
        addErase(state, job, { at, candidates });
        break;
      case 'lock':
        for (const number of state.everySelected(at)) {
          addJobRule(state, [state.isInstalled(number) ? number : -number], at);
        }
        break;
      case 'weakendeps':
        if (job.selection.kind === 'package') {
          weakenDependencies(state, job.selection.package);
        }
        break;
      default:
    }
  });
  rules.sections.job.end = rules.count;
}

function addJobRule(state: SolverState, literals: readonly number[], at: number): void {
  const rule = state.rules.addClause(literals);
  state.jobOfRule.push(at);
  if (state.jobs[at]?.flags.has('weak') === true) {
    state.weakRules.add(rule);
  }
}

function complexDependencyOf(state: SolverState, { selection }: Job): DependencyId | undefined {
  return (selection.kind === 'name' || selection.kind === 'provides') &&
    selection.dependency < 0 &&
    isComplex(state.pool.table, selection.dependency)
    ? selection.dependency
    : undefined;
}

function addComplex(
  state: SolverState,
  at: number,
  { dependency, ...options }: NormaliseOptions & { dependency: DependencyId },
): void {
  const clauses = normalise(state.view, dependency, options);
  if (clauses === 'never') {
    addJobRule(state, [-systemPackage], at);
  } else if (clauses !== 'always') {
    for (const clause of clauses) {
      addJobRule(state, clause, at);
    }
  }
}

function addInstall(state: SolverState, job: Job, at: number): void {
  const { selection } = job;
  const complex = complexDependencyOf(state, job);
  if (complex !== undefined) {
    addComplex(state, at, { dependency: complex, byName: selection.kind === 'name' });
    return;
  }
  const numbers = state.selected(at);
  if (numbers.length === 0 && selection.kind === 'one-of') {
    return;
  }
  const literals = numbers.length === 0 ? [-systemPackage] : numbers;
  addJobRule(state, isForcedSupplement(state, job, literals) ? [systemPackage] : literals, at);
}

/** Asking for a namespace, as for a language, brings what supplements it. */
function isForcedSupplement(state: SolverState, { selection }: Job, literals: readonly number[]): boolean {
  const { table } = state.pool;
  if (
    selection.kind !== 'provides' ||
    literals.length !== 1 ||
    Math.abs(literals[0] as number) !== systemPackage ||
    table.operator(selection.dependency) !== operator.namespace
  ) {
    return false;
  }
  const hasValue = table.right(selection.dependency) !== 0;
  state.forcedSupplements.add(hasValue ? selection.dependency : table.left(selection.dependency));
  return true;
}

interface EraseContext {
  readonly at: number;
  readonly candidates: Uint8Array;
}

function addErase(state: SolverState, job: Job, { at, candidates }: EraseContext): void {
  const { selection } = job;
  const complex = complexDependencyOf(state, job);
  if (complex !== undefined) {
    addComplex(state, at, {
      dependency: complex,
      byName: selection.kind === 'name',
      form: 'disjunctive',
      inverted: true,
    });
    return;
  }
  const numbers = state.everySelected(at);
  for (const number of numbers) {
    addJobRule(state, [-number], at);
  }
  const isSpecific = selection.kind === 'package' || (selection.kind === 'name' && selection.dependency < 0);
  const installed = numbers.filter((number) => state.isInstalled(number));
  if (isSpecific && installed.length === 1) {
    eraseOtherVersions(state, installed[0] as number, { at, candidates });
  }
}

/** Erasing one certain package must not bring in another version of it. */
function eraseOtherVersions(state: SolverState, erased: number, { at, candidates }: EraseContext): void {
  const { pool, view } = state;
  const already = new Set(state.selected(at));
  for (const other of view.providers(pool.nameId(erased))) {
    if (
      pool.nameId(other) === pool.nameId(erased) &&
      !state.isInstalled(other) &&
      candidates[other] !== 1 &&
      replacesByColour(view, erased, other) &&
      !already.has(other)
    ) {
      addJobRule(state, [-other], at);
    }
  }
}

function weakenDependencies({ rules, weakRules }: SolverState, number: number): void {
  const { end } = rules.sections.package;
  for (let rule = 1; rule < end; rule++) {
    const isConflict = rules.lists[rule] === 0 && (rules.watchesB[rule] as number) < 0;
    if (rules.heads[rule] === -number && !isConflict) {
      weakRules.add(rule);
    }
  }
}
