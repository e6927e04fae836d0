import { SlipwayError } from '@slipway/core';
import { type AccountLine, parseSysusers } from './sysusers.ts';

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly gecos: string;
  readonly home: string;
  readonly shell: string;
  /** Nobody may log in as it: shadow(5) says that it has expired (`u!` of sysusers.d(5)). */
  readonly locked?: boolean;
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

/** systemd's default SYSTEM_UID_MAX; without `r` lines free ids are taken downwards from here (sysusers.d(5)). */
const highestSystemId = 999;
const nologin = '/usr/sbin/nologin';

/**
 * The users and groups that `systemd-sysusers` would create from these sysusers.d files on an empty system: groups
 * before users, each in the order of the files, free ids downwards. A fixed id that is taken becomes a free one.
 */
export function planAccounts(files: readonly ConfigFile[]): Accounts {
  const lines = files.flatMap((file) => parseSysusers(file));
  const plan = new AccountPlan(lines.filter((line) => line.type === 'range'));
  const of = (type: AccountLine['type']) => lines.filter((line) => line.type === type);
  const userNames = new Set(of('user').map((line) => line.name));
  of('group').forEach((line) => plan.addGroup(line.name, line.id.uid));
  const implicit = of('member').filter((line) => !userNames.has(line.group));
  implicit.forEach((line) => plan.addGroup(line.group, undefined));
  of('user').forEach((line) => plan.addUser(line));
  membersByGroup(of('member')).forEach((line) => plan.addMember(line));
  return plan.accounts();
}

/** Member lines, those of one group together, groups in the order in which they are first named. */
function membersByGroup(lines: readonly AccountLine[]): AccountLine[] {
  const groups = new Map<string, AccountLine[]>();
  for (const line of lines) {
    groups.set(line.group, [...(groups.get(line.group) ?? []), line]);
  }
  return [...groups.values()].flat();
}

class AccountPlan {
  /** Ids that were not asked about yet: the search never goes back up. */
  readonly #candidates: Generator<number, void>;
  readonly #users = new Map<string, Account>();
  readonly #groups = new Map<string, { name: string; gid: number; members: Set<string> }>();
  /** Owners by number. */
  readonly #uids = new Map<number, string>();
  readonly #gids = new Map<number, string>();

  constructor(ranges: readonly AccountLine[]) {
    const named = ranges.map(({ range }) => range);
    this.#candidates = idsDownwards(named.length === 0 ? [{ first: 1, last: highestSystemId }] : named);
  }

  /** A group whose id is taken gets a free one. */
  addGroup(name: string, wanted: number | undefined): void {
    if (!this.#groups.has(name)) {
      const gid =
        wanted !== undefined && !this.#gids.has(wanted) && this.#isFree(wanted, name)
          ? wanted
          : this.#freeId(this.#gids, name);
      this.#gids.set(gid, name);
      this.#groups.set(name, { name, gid, members: new Set() });
    }
  }

  addUser(line: AccountLine): void {
    const { name, gecos, home, shell, locked } = line;
    if (this.#users.has(name)) {
      return;
    }
    const hasGroup = line.group !== '' || this.#groups.has(name);
    const gid = this.#primaryGroup(line);
    const uid = this.#userId(line, gid, hasGroup);
    this.#uids.set(uid, name);
    const account = { name, uid, gid, gecos, home: home || '/', shell: shell || defaultShell(uid) };
    this.#users.set(name, locked ? { ...account, locked } : account);
  }

  /** The member becomes a user when no line makes it one. */
  addMember(line: AccountLine): void {
    this.addUser({ ...line, group: '', id: { kind: 'free' } });
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

  /** The group that the line names, or one of the user's own name, with the user's number where that is free. */
  #primaryGroup(line: AccountLine): number {
    if (line.group === '') {
      this.addGroup(line.name, line.id.uid);
    }
    const number = numericId(line.group);
    const name = number === undefined ? line.group || line.name : this.#gids.get(number);
    const group = this.#groups.get(name ?? '');
    if (group === undefined) {
      throw new SlipwayError(
        'COMPOSE_UNKNOWN_OWNER',
        `Cannot create user ${line.name}: there is no group ${line.group}`,
        { at: line.at, hint: 'add a sysusers.d line that creates the group' },
      );
    }
    return group.gid;
  }

  /** The number that the line wants, else that of the user's own group, else a free one (sysusers.d(5), "ID"). */
  #userId(line: AccountLine, gid: number, hasGroup: boolean): number {
    const wanted = line.id.uid;
    if (wanted !== undefined && !this.#uids.has(wanted) && (hasGroup || this.#isFree(wanted, line.name))) {
      return wanted;
    }
    return this.#gids.get(gid) === line.name && !this.#uids.has(gid) ? gid : this.#freeId(this.#uids, line.name);
  }

  /** Users and groups of different names do not share numbers. */
  #isFree(id: number, name: string): boolean {
    return (this.#uids.get(id) ?? name) === name && (this.#gids.get(id) ?? name) === name;
  }

  #freeId(taken: ReadonlyMap<number, string>, name: string): number {
    for (let next = this.#candidates.next(); !next.done; next = this.#candidates.next()) {
      if (!taken.has(next.value) && this.#isFree(next.value, name)) {
        return next.value;
      }
    }
    throw new SlipwayError('COMPOSE_NO_FREE_ID', `Cannot create ${name}: every id for system accounts is taken`, {
      hint: 'give accounts fixed ids, or more ids with an `r` line in a sysusers.d file',
    });
  }
}

function* idsDownwards(ranges: readonly AccountLine['range'][]): Generator<number, void> {
  for (const { first, last } of [...ranges].sort((a, b) => b.last - a.last)) {
    for (let id = last; id >= first; id--) {
      yield id;
    }
  }
}

function defaultShell(uid: number): string {
  return uid === 0 ? '/bin/bash' : nologin;
}

function numericId(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
