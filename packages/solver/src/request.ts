import type { Nevra } from '@slipway/rpm';
import type { PackageReference } from './solver-package.ts';

export interface SolverRequest {
  /** Each a name, `name.arch`, an exact NEVRA, a dependency (`name >= 1.2`, `(a or b)`, `config(x)`) or an absolute path. */
  readonly install: readonly string[];
  /** Who asks, for explanations: `image server`. Default `the request`. */
  readonly requester?: string;
  /** Ids of packages that are there already: they stay, in the same version where that is possible. */
  readonly installed?: readonly string[];
  /** Exact versions: no other version of these names and architectures is chosen. */
  readonly lock?: readonly Nevra[];
  /** Names or NEVRAs that must not be chosen. */
  readonly exclude?: readonly string[];
  /** Names of which several versions may be installed side by side (kernels). */
  readonly installOnly?: readonly string[];
  /** Adds recommended and supplementing packages where they fit. Default false. */
  readonly recommends?: boolean;
  /** Requested names get their best version or there is no solution (dnf's `best`). Default true. */
  readonly best?: boolean;
  readonly architecture: 'x86_64' | 'aarch64';
  /** Allows i686 packages on x86_64 besides the 64-bit ones. Default false. */
  readonly multilib?: boolean;
}

/** Why a package is in the set. */
export type Reason =
  | { readonly kind: 'requested'; readonly request: string }
  | { readonly kind: 'installed' }
  | { readonly kind: 'required-by'; readonly package: PackageReference; readonly dependency: string }
  | { readonly kind: 'recommended-by'; readonly package: PackageReference; readonly dependency: string }
  | { readonly kind: 'supplements'; readonly dependency: string };

export interface ResolvedPackage {
  readonly package: PackageReference;
  /** In the order: requests, requirements, recommendations; never empty. */
  readonly reasons: readonly Reason[];
}

export interface Problem {
  /** One sentence: what cannot be had, and why. */
  readonly summary: string;
  /** The argument step by step, from the request to the contradiction. */
  readonly chain: readonly string[];
  /** The requests that cannot be met together. */
  readonly requests: readonly string[];
}

export type Resolution =
  | {
      readonly outcome: 'solved';
      /** Sorted by name, then architecture, then version. */
      readonly packages: readonly ResolvedPackage[];
    }
  | { readonly outcome: 'unsolvable'; readonly problems: readonly Problem[] };
