import { Policy } from '../policy/policy.ts';
import { policyObjections } from '../policy/update-candidates.ts';
import { obsoletedInstalled, replacesByColour } from './obsoletes.ts';
import type { SolverState } from './solver-state.ts';

/** Where a requirement can be met by what is installed, or an update of it, nothing else is brought in for it. */
export function addChoiceRules(state: SolverState): void {
  const { rules } = state;
  const section = rules.sections.choice;
  section.start = rules.count;
  if (state.view.installedPlace >= 0) {
    const maker = new ChoiceRules(state);
    const { end } = rules.sections.package;
    for (let rule = 1; rule < end; rule++) {
      const isRequirement =
        (rules.heads[rule] as number) < 0 && (rules.lists[rule] !== 0 || (rules.watchesB[rule] as number) > 0);
      if (isRequirement) {
        maker.consider(rule);
      }
    }
  }
  section.end = rules.count;
}

/** A provider, and the installed package that it is or would replace. */
interface InstalledChoice {
  readonly installed: number;
  readonly provider: number;
}

class ChoiceRules {
  readonly #state: SolverState;
  readonly #policy: Policy;
  readonly #forbidden = new Set<number>();
  readonly #checksDowngrades: boolean;
  readonly #newest = new Map<number, { readonly all: readonly number[]; best?: readonly number[] } | undefined>();
  #lastLiterals: readonly number[] = [];
  readonly #counterparts: Int32Array;

  constructor(state: SolverState) {
    this.#state = state;
    this.#policy = new Policy(state);
    this.#checksDowngrades = state.flags.allowDowngrade || (state.hasDup && state.flags.dupAllowDowngrade);
    this.#counterparts = new Int32Array(state.size).fill(-1);
    const { rules } = state;
    for (const { start, end } of [rules.sections.architecture, rules.sections.distribution]) {
      for (let rule = start; rule < end; rule++) {
        if (rules.isAssertion(rule) && rules.head(rule) < 0) {
          this.#forbidden.add(-rules.head(rule));
        }
      }
    }
  }

  consider(rule: number): void {
    const state = this.#state;
    const literals = state.rules.literalsOf(rule);
    const providers = literals.filter((literal) => literal > 0);
    let choices = this.#installedChoices(providers);
    if (choices === undefined || choices.length === 0) {
      return;
    }
    const isKept = literals.some((literal) => literal < 0 && state.isInstalled(-literal) && !state.isUpdated(-literal));
    const provided = new Set(providers);
    if (!isKept) {
      choices = choices.filter((choice) => this.#staysProvided(choice, provided));
    }
    if (choices.every(({ installed }) => this.#isBoundTo(installed, provided))) {
      return;
    }
    const head = literals[0] as number;
    const others = literals.filter((literal) => literal < 0 && literal !== head);
    const narrowed = [head, ...others, ...choices.map(({ provider }) => provider)];
    if (narrowed.length === this.#lastLiterals.length && narrowed.every((one, at) => one === this.#lastLiterals[at])) {
      return;
    }
    this.#lastLiterals = narrowed;
    state.weakRules.add(state.rules.addClause(narrowed));
    state.choiceInfo.push(rule);
  }

  /** Undefined when every provider has to do with the installed system: there is no choice then. */
  #installedChoices(providers: readonly number[]): InstalledChoice[] | undefined {
    const state = this.#state;
    const found: InstalledChoice[] = [];
    let hasIndependent = false;
    for (const provider of providers) {
      if (state.isInstalled(provider)) {
        found.push({ installed: provider, provider });
        continue;
      }
      const installed = this.#counterpart(provider);
      if (installed === 0) {
        hasIndependent = true;
      } else if (
        !this.#forbidden.has(provider) &&
        policyObjections(state, { from: installed, to: provider }).length === 0
      ) {
        found.push({ installed, provider });
      }
    }
    return hasIndependent ? found : undefined;
  }

  /** The installed package that `number` would replace; 0 for none. */
  #counterpart(number: number): number {
    const known = this.#counterparts[number] as number;
    if (known >= 0) {
      return known;
    }
    const found = this.#findCounterpart(number);
    this.#counterparts[number] = found;
    return found;
  }

  #findCounterpart(number: number): number {
    const state = this.#state;
    const { pool, view } = state;
    const namesake = view
      .providers(pool.nameId(number))
      .find(
        (other) =>
          state.isInstalled(other) &&
          (view.flags.implicitObsoletesMatchProvides || pool.nameId(other) === pool.nameId(number)) &&
          replacesByColour(view, number, other),
      );
    return namesake ?? obsoletedInstalled(state, number)[0] ?? 0;
  }

  /** What the installed package is about to become still has to provide what is required. */
  #staysProvided({ installed, provider }: InstalledChoice, provided: ReadonlySet<number>): boolean {
    const state = this.#state;
    const { pool } = state;
    const isDowngrade =
      this.#checksDowngrades &&
      pool.nameId(installed) === pool.nameId(provider) &&
      pool.compareEvr(installed, provider) > 0;
    return !(isDowngrade || state.isUpdated(installed)) || this.#newestProvide(installed, provided);
  }

  #newestProvide(installed: number, provided: ReadonlySet<number>): boolean {
    if (!this.#newest.has(installed)) {
      const rule = this.#ruleOf(installed);
      this.#newest.set(
        installed,
        rule === 0 ? undefined : { all: this.#state.rules.literalsOf(rule).filter((literal) => literal > 0) },
      );
    }
    const newest = this.#newest.get(installed);
    if (newest === undefined) {
      return true;
    }
    if (newest.all.length < 2) {
      return newest.all.some((number) => provided.has(number));
    }
    if (newest.best === undefined && newest.all.every((number) => provided.has(number))) {
      return true;
    }
    newest.best ??= this.#policy.select(newest.all, 'choose');
    return newest.best.some((number) => provided.has(number));
  }

  #ruleOf(installed: number): number {
    const { rules } = this.#state;
    const update = this.#state.updateRule(installed);
    const feature = this.#state.featureRule(installed);
    return rules.head(update) !== 0 ? update : rules.head(feature) !== 0 ? feature : 0;
  }

  /** Whatever the installed package becomes provides it: the rule would say nothing new. */
  #isBoundTo(installed: number, provided: ReadonlySet<number>): boolean {
    const rule = this.#ruleOf(installed);
    return rule === 0 || this.#state.rules.literalsOf(rule).every((number) => provided.has(number));
  }
}
