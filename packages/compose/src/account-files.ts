import type { Accounts } from './accounts.ts';

/** /etc/passwd, /etc/group, /etc/shadow and /etc/gshadow (passwd(5), group(5), shadow(5), gshadow(5)). */
export interface AccountFiles {
  readonly passwd: string;
  readonly group: string;
  readonly shadow: string;
  readonly gshadow: string;
}

const secondsPerDay = 86_400;

/**
 * Accounts without a password hash cannot log in with one (`!*`, root `*`); locked accounts have expired on day 1. The
 * time of the last change comes from the image, not from the clock.
 */
export function formatAccountFiles(
  accounts: Accounts,
  time: number,
  hashes: ReadonlyMap<string, string> = new Map(),
): AccountFiles {
  const users = [...accounts.users.values()];
  const groups = [...accounts.groups.values()];
  const day = Math.floor(time / secondsPerDay);
  return {
    passwd: lines(users.map((user) => [user.name, 'x', user.uid, user.gid, user.gecos, user.home, user.shell])),
    group: lines(groups.map((group) => [group.name, 'x', group.gid, group.members.join(',')])),
    shadow: lines(
      users.map((user) => [
        user.name,
        hashes.get(user.name) ?? (user.name === 'root' ? '*' : '!*'),
        day,
        '',
        '',
        '',
        '',
        user.locked ? 1 : '',
        '',
      ]),
    ),
    gshadow: lines(groups.map((group) => [group.name, '!*', '', group.members.join(',')])),
  };
}

function lines(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.join(':')}\n`).join('');
}
