import { updateCandidates } from '../policy/update-candidates.ts';
import { firstPackage } from '../pool/pool.ts';
import { addArchitectureRules } from './architecture-rules.ts';
import { addBestRules } from './best-rules.ts';
import { addChoiceRules } from './choice-rules.ts';
import { addDistributionRules, setUpDistributionUpgrade } from './distribution-rules.ts';
import { addJobRules } from './job-rules.ts';
import { setUpJobs, setUpPreferences } from './job-setup.ts';
import { indexObsoleters } from './obsoletes.ts';
import { addObsoletesRules } from './obsoletes-rules.ts';
import type { PackageRuleSink } from './package-rule-sink.ts';
import { PackageRules } from './package-rules.ts';
import { addBlacklistRules, addPriorityRules, addRecommendsRules } from './preference-rules.ts';
import type { SolverState } from './solver-state.ts';
import { addFeatureRules, addUpdateRules } from './update-rules.ts';

/** Fills the rule table for the jobs: the order of the sections decides between otherwise equal solutions. */
export function makeRules(state: SolverState, also?: Uint8Array): void {
  setUpJobs(state);
  indexObsoleters(state);
  const candidates = addPackageRules(state, also);
  if (state.jobs.some(({ kind }) => kind === 'distupgrade')) {
    setUpDistributionUpgrade(state);
  }
  addFeatureRules(state);
  addUpdateRules(state);
  addJobRules(state, candidates);
  setUpPreferences(state);
  addArchitectureRules(state);
  addDistributionRules(state);
  addBestRules(state);
  addObsoletesRules(state);
  addBlacklistRules(state);
  addRecommendsRules(state);
  addPriorityRules(state);
  addChoiceRules(state);
  for (const rule of state.recommendsRules ?? []) {
    state.weakRules.add(rule);
  }
  if (state.cleanUpSeeds !== undefined) {
    state.cleanUp ??= state.newMap();
  }
}

/** Everything that the installed system and the jobs can lead to. Returns what install jobs name, by package. */
function addPackageRules(state: SolverState, also?: Uint8Array): Uint8Array {
  const { rules, added } = state;
  const candidates = state.newMap();
  const writer = new PackageRules(state, new RuleWriter(state), added);
  rules.sections.package.start = 1;
  also?.forEach((marked, number) => {
    if (marked === 1 && number >= firstPackage) {
      writer.add(number);
    }
  });
  for (const number of state.installed) {
    writer.add(number);
  }
  for (const number of state.installed) {
    for (const other of updateCandidates(state, number, 'all')) {
      writer.add(other);
    }
  }
  state.jobs.forEach((job, at) => {
    if (job.kind === 'install') {
      for (const number of state.selected(at)) {
        candidates[number] = 1;
        writer.add(number);
      }
    } else if (job.kind === 'distupgrade') {
      state.processOrphans ||= job.selection.kind === 'all';
    }
  });
  if (!state.ignoresWeak) {
    writer.addSupplementing();
  }
  state.recommendsRules = rules.unify(state.recommendsRules);
  rules.sections.package.end = rules.count;
  return candidates;
}

/** The rules of every package of the pool that fits, whatever asks for it. */
export function addAllPackageRules(state: SolverState): void {
  const { rules, view } = state;
  const writer = new PackageRules(state, new RuleWriter(state), state.added);
  rules.sections.package.start = 1;
  for (let number = firstPackage; number < state.size; number++) {
    if (view.isInstallable(number)) {
      writer.add(number);
    }
  }
  rules.unify(undefined);
  rules.sections.package.end = rules.count;
}

/** Keeps the rules; requirements share the lists of their providers. */
class RuleWriter implements PackageRuleSink {
  readonly #state: SolverState;
  readonly #lists = new Map<Int32Array, number>();
  #sectionStart = 0;

  constructor(state: SolverState) {
    this.#state = state;
  }

  pair(head: number, second: number): void {
    this.#state.rules.addPackagePair(head, second);
  }

  providers(head: number, providers: Int32Array): void {
    const { rules } = this.#state;
    let list = this.#lists.get(providers);
    if (list === undefined) {
      list = rules.addList(providers);
      this.#lists.set(providers, list);
    }
    rules.addPackageShared(head, list);
  }

  clause([head = 0, ...rest]: readonly number[]): void {
    const { rules } = this.#state;
    rules.addPackageShared(head, rules.addList(rest));
  }

  section(kind: 'requires' | 'recommends'): void {
    const { rules } = this.#state;
    rules.forgetLast();
    if (kind === 'recommends') {
      this.#sectionStart = rules.count;
      return;
    }
    this.#state.recommendsRules ??= new Set();
    for (let rule = this.#sectionStart; rule < rules.count; rule++) {
      this.#state.recommendsRules.add(rule);
    }
  }
}
