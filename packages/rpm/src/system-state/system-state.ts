import type { Nevra } from '../package-metadata.ts';

/**
 * Why a package is installed (libdnf5, transaction_item_reason): what nobody asked for may go when nothing needs it any
 * more. `external-user` is what dnf5 takes for packages that another tool installed: they stay.
 */
export type InstallReason = 'user' | 'group' | 'external-user' | 'dependency' | 'weak-dependency';

/** Kinds of members of a comps group that are installed with it. */
export type GroupMemberType = 'mandatory' | 'default' | 'conditional' | 'optional';

export interface GroupState {
  /** Whether it was asked for, and not an environment's. */
  readonly userInstalled: boolean;
  readonly memberTypes: readonly GroupMemberType[];
  /** Names of the packages that the group stands for on this system. */
  readonly packages: readonly string[];
}

/** What dnf5 keeps of a system beside its rpm database (libdnf5/system/state.cpp, version 1.0). */
export interface SystemState {
  /** By `name.arch`; packages of groups are in `groups` instead. */
  readonly reasons: ReadonlyMap<string, Exclude<InstallReason, 'group'>>;
  /** Repository ids by NEVRA. */
  readonly repositories: ReadonlyMap<string, string>;
  readonly groups: ReadonlyMap<string, GroupState>;
  /** Ids of groups by the id of an environment. */
  readonly environments: ReadonlyMap<string, readonly string[]>;
  /** `rpmdbCookie` of the database when the state was written; empty when unknown. */
  readonly rpmdbCookie: string;
}

/** Where dnf5 has the files in a root, unless its option `system_state_dir` says otherwise. */
export const systemStateDirectory = 'usr/lib/sysimage/libdnf5';

/** A system of which dnf5 knows nothing. */
export const emptySystemState: SystemState = {
  reasons: new Map(),
  repositories: new Map(),
  groups: new Map(),
  environments: new Map(),
  rpmdbCookie: '',
};

/** Lists groups by the name of each of their packages, once for many questions. */
export type ReasonLookup = (pkg: Pick<Nevra, 'name' | 'arch'>) => InstallReason;

/** Answers why packages are installed as dnf5 does it: a group wins over everything but the user. */
export function reasonLookup({ reasons, groups }: SystemState): ReasonLookup {
  const grouped = new Set([...groups.values()].flatMap(({ packages }) => packages));
  return ({ name, arch }) => {
    const own = reasons.get(`${name}.${arch}`);
    // libdnf5 5.4 cuts the name at its first dot before it looks among the groups: python3.12 is then python3
    const groupName = name.split('.', 1)[0] ?? name;
    return own !== 'user' && grouped.has(groupName) ? 'group' : (own ?? 'external-user');
  };
}
