import type { ImageDefinition } from '@slipway/project';
import { type FileTree, generatedFile, rootOwned } from '@slipway/tree';
import type { Account, Accounts, ConfigFile } from './accounts.ts';
import { ensureDirectories } from './build-tree.ts';

type Users = NonNullable<ImageDefinition['users']>;

/** The accounts of an image definition as a sysusers.d file, so that they follow the same rules as those of packages. */
export function formatImageUsers(users: Users | undefined): ConfigFile {
  const lines = Object.entries(users ?? {}).flatMap(([name, user]) => {
    const id = `${user.uid ?? '-'}${user.group === undefined ? '' : `:${user.group}`}`;
    const account = `u ${name} ${id} "${user.description ?? ''}" ${user.home ?? `/home/${name}`} ${user.shell ?? '/bin/bash'}`;
    return [account, ...(user.groups ?? []).map((group) => `m ${name} ${group}`)];
  });
  return { path: 'the image definition', text: `${lines.join('\n')}\n` };
}

/** Home directories and authorized keys of the image definition's accounts. */
export function addHomes(tree: FileTree, users: Users | undefined, accounts: Accounts, time: number): void {
  for (const [name, user] of Object.entries(users ?? {})) {
    const account = accounts.users.get(name);
    if (account !== undefined && user.system !== true) {
      addHome(tree, account, user.sshAuthorizedKeys ?? [], time);
    }
  }
}

function addHome(tree: FileTree, account: Account, keys: readonly string[], time: number): void {
  const owner = { ...rootOwned(0o700, time), uid: account.uid, gid: account.gid };
  ensureDirectories(tree, account.home, time);
  tree.set(account.home, { ...owner, type: 'directory' });
  if (keys.length > 0) {
    tree.set(`${account.home}/.ssh`, { ...owner, type: 'directory' });
    tree.set(`${account.home}/.ssh/authorized_keys`, generatedFile(`${keys.join('\n')}\n`, { ...owner, mode: 0o600 }));
  }
}

/** Password hashes by account name. */
export function passwordHashes(users: Users | undefined): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(users ?? {}).flatMap(([name, user]) =>
      user.passwordHash === undefined ? [] : [[name, user.passwordHash]],
    ),
  );
}
