import type { Nevra } from '@slipway/rpm';
import type { PackageReference } from '../pool/solver-package.ts';
import type { ChangeKind } from '../transaction/transaction-plan.ts';

/**
 * What is wanted of a pool. Packages are named as in dnf: a name, `name.arch`, an exact NEVRA, a dependency
 * (`name >= 1.2`, `(a or b)`, `config(x)`) or an absolute path.
 */
export interface SolverRequest {
  readonly install: readonly string[];
  /** Installed packages to bring to their best version; `all` of them. */
  readonly upgrade?: readonly string[] | 'all';
  /** Installed packages to bring to what the repositories have, older versions too (distribution-sync). */
  readonly synchronise?: readonly string[] | 'all';
  readonly erase?: readonly string[];
  /** Name of the pool's repository that is the installed system; without it nothing is installed. */
  readonly installed?: string;
  /** Ids of installed packages that a person asked for: clean-up leaves them. */
  readonly userInstalled?: readonly string[];
  /** Erasing takes what nothing else needs, too. Default false. */
  readonly cleanUp?: boolean;
  /** Installed packages may go to make the request possible, except `protected` names. Default false. */
  readonly allowErasing?: boolean;
  /** Names that must not be erased. */
  readonly protected?: readonly string[];
  /** Who asks, for explanations: `image server`. Default `the request`. */
  readonly requester?: string;
  /** Exact versions: no other version of these names and architectures is chosen. */
  readonly lock?: readonly Nevra[];
  /** Names or NEVRAs that must not be chosen. */
  readonly exclude?: readonly string[];
  /** What packages provide of which several versions may be installed side by side (`kernel`, `installonlypkg(vm)`). */
  readonly installOnly?: readonly string[];
  /** Versions of an install-only package that stay; the oldest others go. Default: all. */
  readonly installOnlyLimit?: number;
  /** Ids of packages that the limit must not remove: the running kernel. */
  readonly running?: readonly string[];
  /** Adds recommended and supplementing packages where they fit. Default false. */
  readonly recommends?: boolean;
  /** Names that nothing recommended brings in. */
  readonly excludeFromWeak?: readonly string[];
  /** Requested names get their best version or there is no solution (dnf's `best`). Default true. */
  readonly best?: boolean;
  /** Leaves out requests that cannot be met (dnf's `--skip-broken`). Default false. */
  readonly skipBroken?: boolean;
  readonly architecture: string;
  /** Allows packages of inferior architectures, as i686 on x86_64. Default false. */
  readonly multilib?: boolean;
}

/** Why a package is in the set. */
export type Reason =
  | { readonly kind: 'requested'; readonly request: string }
  | { readonly kind: 'installed' }
  | { readonly kind: 'required-by'; readonly package: PackageReference; readonly dependency: string }
  | { readonly kind: 'recommended-by'; readonly package: PackageReference; readonly dependency: string }
  | { readonly kind: 'supplements'; readonly dependency: string }
  /** It takes the place of an installed package that is updated or obsoleted. */
  | { readonly kind: 'replaces'; readonly package: PackageReference };

export interface ResolvedPackage {
  readonly package: PackageReference;
  /** In the order: requests, requirements, recommendations; never empty, and not more than the first few. */
  readonly reasons: readonly Reason[];
}

/** Why an installed package goes. */
export type EraseReason =
  | { readonly kind: 'requested'; readonly request: string }
  /** Nothing needs it any more. */
  | { readonly kind: 'unneeded' }
  | { readonly kind: 'replaced'; readonly package: PackageReference }
  /** Beyond the number of versions that stay. */
  | { readonly kind: 'install-only-limit' }
  /** In the way of something else. */
  | { readonly kind: 'conflict' };

/** One step of a transaction, in the order in which rpm should take them. */
export type TransactionStep =
  | {
      readonly action: 'install' | ChangeKind;
      readonly package: PackageReference;
      /** Installed packages in whose place it comes. */
      readonly replaces: readonly PackageReference[];
      readonly reasons: readonly Reason[];
    }
  | { readonly action: 'erase'; readonly package: PackageReference; readonly reason: EraseReason };

/** A change of the request that makes it possible, alone. */
export interface WayOut {
  /** A sentence in the imperative. */
  readonly advice: string;
  readonly change:
    | { readonly kind: 'leave-out'; readonly request: string }
    | { readonly kind: 'not-best' }
    | { readonly kind: 'allow'; readonly id: string }
    | { readonly kind: 'allow-erasing' };
}

/** A sentence, and the sentences that follow from it: requirements below the package that has them. */
export interface ArgumentNode {
  readonly sentence: string;
  readonly children: readonly ArgumentNode[];
}

export interface Problem {
  /** One sentence: what cannot be had, and why. */
  readonly summary: string;
  /** The argument step by step, from the request to the contradiction. */
  readonly chain: readonly string[];
  /** The same sentences as trees: what they speak of hangs below what brought it up. */
  readonly argument: readonly ArgumentNode[];
  /** The requests that cannot be met together. */
  readonly requests: readonly string[];
  /** The cheapest first; at most three. */
  readonly waysOut: readonly WayOut[];
}

export type Resolution =
  | {
      readonly outcome: 'solved';
      /** All packages that are there in the end, sorted by name, then architecture, then version. */
      readonly packages: readonly ResolvedPackage[];
      readonly transaction: readonly TransactionStep[];
      /** Requests that were left out because `skipBroken` allowed it. */
      readonly skipped: readonly string[];
    }
  | { readonly outcome: 'unsolvable'; readonly problems: readonly Problem[] };
