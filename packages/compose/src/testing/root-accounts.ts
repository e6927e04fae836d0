import { type Accounts, planAccounts } from '../accounts.ts';

/** root, and a few accounts of packages. */
export const rootAccounts: Accounts = planAccounts([
  { path: '/usr/lib/sysusers.d/a.conf', text: 'u root 0 - /root\ng shadow 42\nu daemon 1 - /usr/sbin\n' },
]);
