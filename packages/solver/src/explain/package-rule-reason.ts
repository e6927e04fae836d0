import type { PackageRuleReason, PackageRuleSink } from '../rules/package-rule-sink.ts';
import { PackageRules } from '../rules/package-rules.ts';
import type { SolverState } from '../rules/solver-state.ts';

/** Finds why there is a package rule, by writing the rules of its packages once more. */
export function packageRuleReason(state: SolverState, rule: number): PackageRuleReason | undefined {
  const literals = state.rules.literalsOf(rule).sort((a, b) => a - b);
  const sink = new MatchingSink(literals);
  const rules = new PackageRules(state, sink, undefined);
  for (const literal of literals) {
    if (literal < 0 && literal !== -1) {
      rules.add(-literal);
    }
  }
  return sink.found;
}

/** Remembers the first reason; that only one version of a name can be there is the plainest. */
class MatchingSink implements PackageRuleSink {
  readonly #wanted: string;
  found: PackageRuleReason | undefined;

  constructor(literals: readonly number[]) {
    this.#wanted = literals.join(' ');
  }

  pair(head: number, second: number, reason: PackageRuleReason): void {
    this.clause(second === 0 ? [head] : [head, second], reason);
  }

  providers(head: number, providers: Int32Array, reason: PackageRuleReason): void {
    this.clause([head, ...providers], reason);
  }

  clause(literals: readonly number[], reason: PackageRuleReason): void {
    const isWanted = [...literals].sort((a, b) => a - b).join(' ') === this.#wanted;
    if (isWanted && (this.found === undefined || reason.kind === 'same-name')) {
      this.found = reason;
    }
  }
}
