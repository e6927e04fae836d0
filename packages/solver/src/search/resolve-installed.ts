import type { DecisionMaker } from './decision-maker.ts';

/** Keeps or updates the packages of the installed system; begins where there was trouble the last time. */
export class InstalledResolver {
  readonly #maker: DecisionMaker;
  #position = 0;

  constructor(maker: DecisionMaker) {
    this.#maker = maker;
  }

  /** First what is to be updated (unless that is everything), then what stays, then the rest. */
  run(): void {
    const { state } = this.#maker;
    const begin = this.#maker.level;
    const firstPass = state.updateAll ? 2 : state.updates === undefined ? 1 : 0;
    for (let pass = firstPass; pass < 3; ) {
      const outcome = this.#runPass(pass);
      if (outcome === 'trouble') {
        if (this.#maker.level < begin) {
          return;
        }
        pass = firstPass;
        continue;
      }
      this.#position = 0;
      pass++;
      if (pass === 2 && outcome === 'done') {
        return;
      }
    }
  }

  #runPass(pass: number): 'done' | 'updates-left' | 'trouble' {
    const maker = this.#maker;
    const { state, engine } = maker;
    const { installed } = state;
    const begin = maker.level;
    let updatesLeft = false;
    for (let at = this.#position, visited = 0; visited < installed.length; at++, visited++) {
      if (at === installed.length) {
        at = 0;
      }
      const number = installed[at] as number;
      const isSettled = engine.isChosen(number) && !state.specialUpdaters.has(number);
      if (isSettled || (pass === 0 && state.updates?.[number] !== 1)) {
        continue;
      }
      const rule = this.#activeRule(number);
      if (rule === 0) {
        continue;
      }
      const wantsUpdate =
        state.noUpdate[number] === 0 && ((engine.decisions[number] as number) < 0 || state.isUpdated(number));
      if (wantsUpdate && pass === 1) {
        updatesLeft = true;
        continue;
      }
      const before = maker.level;
      if ((!wantsUpdate || this.#update(number, rule)) && this.#keep(number)) {
        continue;
      }
      if (maker.level < begin) {
        this.#position = at;
        return 'trouble';
      }
      if (maker.level < before) {
        visited = 0;
      }
      at--;
      visited--;
    }
    return updatesLeft ? 'updates-left' : 'done';
  }

  /** The update rule, or the feature rule where that one does not count; 0 for orphans. */
  #activeRule(number: number): number {
    const { state } = this.#maker;
    const { rules } = state;
    const update = state.updateRule(number);
    const feature = state.featureRule(number);
    const isInactive = rules.head(update) === 0 || rules.isDisabled(update);
    const rule = isInactive && rules.head(feature) !== 0 ? feature : update;
    return rules.head(rule) === 0 ? 0 : rule;
  }

  #update(number: number, rule: number): boolean {
    const maker = this.#maker;
    const { state, engine } = maker;
    if (state.specialUpdaters.has(number)) {
      const updater = this.#bestSpecialUpdater(number);
      const feature = state.featureRule(number);
      const why = state.rules.head(feature) === 0 ? state.updateRule(number) : feature;
      if (updater !== undefined && !maker.choose([updater], why, 'update')) {
        return false;
      }
    }
    const literals = state.rules.literalsOf(rule);
    if (literals.some((literal) => engine.isChosen(literal))) {
      return true;
    }
    const open = this.#toTargets(
      number,
      literals.filter((literal) => engine.decisions[literal] === 0),
    );
    return open.length === 0 || maker.choose(open, rule, 'update');
  }

  #toTargets(number: number, candidates: readonly number[]): readonly number[] {
    const targets = this.#maker.state.updateTargets.get(number);
    return targets === undefined ? candidates : candidates.filter((one) => targets.has(one));
  }

  /** A version to stand beside, or instead of, a multiversion package that is to be updated. */
  #bestSpecialUpdater(number: number): number | undefined {
    const { state, engine, policy } = this.#maker;
    const updaters = state.specialUpdaters.get(number) as readonly number[];
    const isPossible = (one: number): boolean => (engine.decisions[one] as number) >= 0;
    const candidates = [number, ...updaters].filter(isPossible);
    for (let at = 0; at < candidates.length; at++) {
      const candidate = candidates[at] as number;
      if (state.isInstalled(candidate)) {
        // the same package in a repository gives it a priority
        candidates.push(
          ...updaters.filter(
            (one) => !isPossible(one) && !state.isInstalled(one) && state.view.isIdentical(one, candidate),
          ),
        );
      }
    }
    const allowed = this.#toTargets(number, candidates);
    if (allowed.length === 0) {
      return undefined;
    }
    const preferred = policy.select(allowed, 'choose');
    const best = preferred[0] ?? number;
    return best !== number && engine.decisions[best] === 0 ? best : undefined;
  }

  #keep(number: number): boolean {
    const { state, engine } = this.#maker;
    if (engine.decisions[number] !== 0 || state.cleanUp?.[number] === 1) {
      return true;
    }
    return this.#maker.decide({ literal: number, rule: state.updateRule(number), reason: 'keep' });
  }
}
