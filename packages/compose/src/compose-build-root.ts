import { type ContentSource, type FileTree, parentPath, rootOwned } from '@slipway/tree';
import { type Account, type Accounts, type Group, planAccounts } from './accounts.ts';
import { buildTree, ensureDirectories } from './build-tree.ts';
import { ConfigContents } from './config-contents.ts';
import type { ChosenPackage } from './installed-package.ts';
import { type SelectedPackage, selectFiles } from './select-files.ts';
import { addAccountFiles, addStandardDirectories } from './system-files.ts';

export interface BuildRootRequest {
  readonly packages: readonly ChosenPackage[];
  readonly content: ContentSource;
  /** Names that alternatives would make: path → target. */
  readonly links: Readonly<Record<string, string>>;
  readonly time: number;
}

/**
 * The file system that a package is built in: the same layout as an image, but everything belongs to root (the build
 * user owns only its own directories) and nothing is set up to boot. `/build` is where the build's files appear.
 */
export async function composeBuildRoot(request: BuildRootRequest): Promise<FileTree> {
  const { time } = request;
  const packages = selectFiles(request.packages, { excludeDocs: true, languages: [] });
  const configs = await ConfigContents.read(packages, request.content);
  const planned = planAccounts(configs.files(/^\/usr\/lib\/sysusers\.d\//));
  const accounts = withFallbacks(planned, packages);
  const { tree } = buildTree(packages, accounts, time);
  addStandardDirectories(tree, time);
  addAccountFiles(tree, accounts, new Map(), time);
  ensureDirectories(tree, '/build', time);
  for (const [path, target] of Object.entries(request.links)) {
    ensureDirectories(tree, parentPath(path), time);
    tree.set(path, { ...rootOwned(0o777, time), type: 'symlink', target });
  }
  return tree;
}

/** Names that no package of the root creates mean root: ownership does not matter where nobody logs in. */
function withFallbacks(accounts: Accounts, packages: readonly SelectedPackage[]): Accounts {
  const files = packages.flatMap((each) => each.files.map(({ file }) => file));
  const root: Account = { name: 'root', uid: 0, gid: 0, gecos: 'root', home: '/root', shell: '/bin/sh' };
  const nobody: Account = { name: 'nobody', uid: 65534, gid: 65534, gecos: 'nobody', home: '/', shell: '/bin/sh' };
  const groupsById = [
    { name: 'root', gid: 0, members: [] },
    { name: 'nogroup', gid: 65534, members: [] },
  ];
  const users = new Map<string, Account>([root, nobody].map((user) => [user.name, user]));
  const groups = new Map<string, Group>(groupsById.map((group) => [group.name, group]));
  accounts.users.forEach((user, name) => users.set(name, user));
  accounts.groups.forEach((group, name) => groups.set(name, group));
  for (const { user, group } of files) {
    users.set(user, users.get(user) ?? { ...root, name: user });
    groups.set(group, groups.get(group) ?? { name: group, gid: 0, members: [] });
  }
  return { users, groups };
}
