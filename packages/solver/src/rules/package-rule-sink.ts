import type { DependencyId } from '../pool/dependency-table.ts';

export type PackageRuleKind =
  | 'not-installable'
  | 'nothing-provides'
  | 'requires'
  | 'recommends'
  | 'conflicts'
  | 'self-conflict'
  | 'obsoletes'
  | 'installed-obsoletes'
  | 'same-name'
  | 'implicit-obsoletes';

/** Why there is a rule: a package and its dependency, or another package. */
export interface PackageRuleReason {
  readonly kind: PackageRuleKind;
  readonly package: number;
  readonly dependency: DependencyId;
}

/** Takes the rules of packages: to keep them, or to find out why there is a certain one. */
export interface PackageRuleSink {
  pair(head: number, second: number, reason: PackageRuleReason): void;
  /** `dependency` is plain: its providers are the other literals. */
  providers(head: number, providers: Int32Array, reason: PackageRuleReason): void;
  clause(literals: readonly number[], reason: PackageRuleReason): void;
  /** Rules before belong to requirements, those after to recommendations, or the other way round. */
  section?(kind: 'requires' | 'recommends'): void;
}
