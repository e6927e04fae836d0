import { SlipwayError } from '@slipway/core';
import { type AccountLine, parseSysusers } from './sysusers.ts';

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly gecos: string;
  readonly home: string;
  readonly shell: string;
}

export interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

export interface Accounts {
  readonly users: ReadonlyMap<string, Account>;
  readonly groups: ReadonlyMap<string, Group>;
}

export interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

/** systemd's default SYSTEM_UID_MAX; dynamic ids are taken downwards from here (sysusers.d(5)). */
const highestSystemId = 999;
const nologin = '/usr/sbin/nologin';

/**
 * The users and groups that `systemd-sysusers` would create from these sysusers.d files on an empty system:
 * files by base name, groups before users, fixed ids before free ones, free ids downwards from 999.
 */
export function planAccounts(files: readonly ConfigFile[]): Accounts {
  const lines = files.flatMap((file) => parseSysusers(file));
  const plan = new AccountPlan();
  for (const line of lines.filter((each) => each.type === 'group' && each.id.kind === 'fixed')) {
    plan.addGroup(line);
  }
  for (const line of lines.filter((each) => each.type === 'user' && each.id.kind !== 'free')) {
    plan.addUser(line);
  }
  for (const line of lines.filter((each) => each.type !== 'member' && each.id.kind === 'free')) {
    line.type === 'group' ? plan.addGroup(line) : plan.addUser(line);
  }
  for (const line of lines.filter((each) => each.type === 'member')) {
    plan.addMember(line);
  }
  return plan.accounts();
}

class AccountPlan {
  readonly #users = new Map<string, Account>();
  readonly #groups = new Map<string, { name: string; gid: number; members: Set<string> }>();
  readonly #usedUids = new Set<number>();
  readonly #usedGids = new Set<number>();

  addGroup(line: AccountLine): void {
    if (!this.#groups.has(line.name)) {
      const fixed = line.id.kind === 'fixed' ? line.id.uid : undefined;
      this.#createGroup(line.name, fixed ?? this.#freeId());
    }
  }

  addUser(line: AccountLine): void {
    if (this.#users.has(line.name)) {
      return;
    }
    const gid = this.#primaryGroup(line);
    const uid = line.id.kind === 'free' ? this.#uidLike(gid) : (line.id.uid ?? this.#uidLike(gid));
    this.#usedUids.add(uid);
    const { gecos, home, shell } = line;
    this.#users.set(line.name, {
      name: line.name,
      uid,
      gid,
      gecos,
      home: home || '/',
      shell: shell || defaultShell(uid),
    });
  }

  addMember(line: AccountLine): void {
    if (!this.#groups.has(line.group)) {
      this.#createGroup(line.group, this.#freeId());
    }
    this.#groups.get(line.group)?.members.add(line.name);
  }

  accounts(): Accounts {
    const byId = <T>(items: Iterable<T>, id: (item: T) => number) => [...items].sort((a, b) => id(a) - id(b));
    const users = byId(this.#users.values(), (user) => user.uid);
    const groups = byId(this.#groups.values(), (group) => group.gid);
    return {
      users: new Map(users.map((user) => [user.name, user])),
      groups: new Map(groups.map((group) => [group.name, { ...group, members: [...group.members].sort() }])),
    };
  }

  #primaryGroup(line: AccountLine): number {
    if (line.group !== '') {
      const named = this.#groups.get(line.group)?.gid ?? numericId(line.group);
      if (named === undefined) {
        throw new SlipwayError(
          'COMPOSE_UNKNOWN_OWNER',
          `Cannot create user ${line.name}: there is no group ${line.group}`,
          {
            at: line.at,
            hint: 'add a sysusers.d line that creates the group',
          },
        );
      }
      return named;
    }
    const own = this.#groups.get(line.name);
    if (own !== undefined) {
      return own.gid;
    }
    const wanted = line.id.uid;
    const gid = wanted !== undefined && !this.#usedGids.has(wanted) ? wanted : this.#freeId();
    this.#createGroup(line.name, gid);
    return gid;
  }

  /** A user gets the number of its group where that is free (sysusers.d(5), "ID"). */
  #uidLike(gid: number): number {
    return gid > 0 && gid <= highestSystemId && !this.#usedUids.has(gid) ? gid : this.#freeId();
  }

  #createGroup(name: string, gid: number): void {
    this.#usedGids.add(gid);
    this.#groups.set(name, { name, gid, members: new Set() });
  }

  #freeId(): number {
    for (let id = highestSystemId; id > 0; id--) {
      if (!this.#usedUids.has(id) && !this.#usedGids.has(id)) {
        return id;
      }
    }
    throw new SlipwayError(
      'COMPOSE_NO_FREE_ID',
      `Cannot create another system account: ids 1 to ${highestSystemId} are taken`,
    );
  }
}

function defaultShell(uid: number): string {
  return uid === 0 ? '/bin/bash' : nologin;
}

function numericId(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
