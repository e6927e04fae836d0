import type { DependencyId } from '../pool/dependency-table.ts';

export const jobKinds = [
  'noop',
  'install',
  'erase',
  'update',
  'weakendeps',
  'multiversion',
  'lock',
  'distupgrade',
  'verify',
  'droporphaned',
  'userinstalled',
  'allowuninstall',
  'favor',
  'disfavor',
  'blacklist',
  'excludefromweak',
] as const;
/** What is to be done, or how packages are to be looked at (libsolv's names). */
export type JobKind = (typeof jobKinds)[number];

export const jobFlags = [
  'weak',
  'essential',
  'cleandeps',
  'orupdate',
  'forcebest',
  'targeted',
  'notbyuser',
  'setev',
  'setevr',
  'setarch',
  'setvendor',
  'setrepo',
  'noautoset',
] as const;
/**
 * `weak`: may be left undone; `cleandeps`: what nobody needs any more goes too; `orupdate`: newer instead of what is
 * there; `forcebest`: the best candidate or nothing; `targeted`: exactly to the named packages; `set…`: the request
 * names that part, so that policy does not stand in its way.
 */
export type JobFlag = (typeof jobFlags)[number];

/** Which packages are meant. */
export type Selection =
  | { readonly kind: 'package'; readonly package: number }
  | { readonly kind: 'name' | 'provides'; readonly dependency: DependencyId }
  | { readonly kind: 'one-of'; readonly packages: readonly number[] }
  /** Place of the repository in the pool. */
  | { readonly kind: 'repository'; readonly repository: number }
  | { readonly kind: 'all' };

export interface Job {
  readonly kind: JobKind;
  readonly selection: Selection;
  readonly flags: ReadonlySet<JobFlag>;
}

/** Choices of policy; dnf's are `dnfSolverFlags`. */
export interface SolverFlags {
  readonly allowDowngrade: boolean;
  readonly allowNameChange: boolean;
  readonly allowArchChange: boolean;
  readonly allowVendorChange: boolean;
  readonly allowUninstall: boolean;
  readonly noUpdateProvide: boolean;
  readonly needUpdateProvide: boolean;
  readonly splitProvides: boolean;
  readonly ignoreRecommended: boolean;
  readonly addAlreadyRecommended: boolean;
  readonly onlyNamespaceRecommended: boolean;
  readonly strongRecommends: boolean;
  readonly noArchitectureCheck: boolean;
  readonly keepExplicitObsoletes: boolean;
  readonly bestObeysPolicy: boolean;
  readonly noAutoTarget: boolean;
  readonly dupAllowDowngrade: boolean;
  readonly dupAllowArchChange: boolean;
  readonly dupAllowVendorChange: boolean;
  readonly dupAllowNameChange: boolean;
  readonly keepOrphans: boolean;
  readonly breakOrphans: boolean;
  readonly focusInstalled: boolean;
  readonly focusBest: boolean;
  readonly focusNew: boolean;
  readonly yumObsoletes: boolean;
  readonly installAlsoUpdates: boolean;
  readonly strictRepositoryPriority: boolean;
}

/** What a solver does that nobody told anything. */
export const plainSolverFlags: SolverFlags = {
  allowDowngrade: false,
  allowNameChange: true,
  allowArchChange: false,
  allowVendorChange: false,
  allowUninstall: false,
  noUpdateProvide: false,
  needUpdateProvide: false,
  splitProvides: false,
  ignoreRecommended: false,
  addAlreadyRecommended: false,
  onlyNamespaceRecommended: false,
  strongRecommends: false,
  noArchitectureCheck: false,
  keepExplicitObsoletes: false,
  bestObeysPolicy: false,
  noAutoTarget: false,
  dupAllowDowngrade: true,
  dupAllowArchChange: true,
  dupAllowVendorChange: true,
  dupAllowNameChange: true,
  keepOrphans: false,
  breakOrphans: false,
  focusInstalled: false,
  focusBest: false,
  focusNew: false,
  yumObsoletes: false,
  installAlsoUpdates: false,
  strictRepositoryPriority: false,
};

export const dnfSolverFlags: SolverFlags = {
  ...plainSolverFlags,
  allowDowngrade: true,
  allowVendorChange: true,
  keepExplicitObsoletes: true,
  bestObeysPolicy: true,
  keepOrphans: true,
  yumObsoletes: true,
  focusNew: true,
};
