import type { ImageDefinition } from '@slipway/project';
import { type FileTree, generatedFile, parentPath, rootOwned } from '@slipway/tree';
import { formatAccountFiles } from './account-files.ts';
import type { Accounts } from './accounts.ts';
import { ensureDirectories } from './build-tree.ts';

/** Adds a generated file with its directories; an entry that is there already is replaced. */
export function addGenerated(
  tree: FileTree,
  path: string,
  content: string | Uint8Array,
  attributes: { mode: number; time: number; gid?: number },
): void {
  const place = tree.resolve(path);
  ensureDirectories(tree, parentPath(place), attributes.time);
  const owner = { ...rootOwned(attributes.mode, attributes.time), gid: attributes.gid ?? 0 };
  tree.set(place, generatedFile(content, owner));
}

/** passwd, group, shadow and gshadow; the shadow files are readable by group shadow where there is one. */
export function addAccountFiles(
  tree: FileTree,
  accounts: Accounts,
  hashes: ReadonlyMap<string, string>,
  time: number,
): void {
  const files = formatAccountFiles(accounts, time, hashes);
  const shadow = accounts.groups.get('shadow');
  const secret = { mode: shadow === undefined ? 0o600 : 0o640, time, gid: shadow?.gid ?? 0 };
  addGenerated(tree, '/etc/passwd', files.passwd, { mode: 0o644, time });
  addGenerated(tree, '/etc/group', files.group, { mode: 0o644, time });
  addGenerated(tree, '/etc/shadow', files.shadow, secret);
  addGenerated(tree, '/etc/gshadow', files.gshadow, secret);
}

/** The mount points and modes of file-hierarchy(7) that no package may have brought. */
const standardDirectories: readonly (readonly [string, number])[] = [
  ['/boot', 0o755],
  ['/dev', 0o755],
  ['/efi', 0o755],
  ['/home', 0o755],
  ['/mnt', 0o755],
  ['/opt', 0o755],
  ['/proc', 0o555],
  ['/root', 0o700],
  ['/run', 0o755],
  ['/srv', 0o755],
  ['/sys', 0o555],
  ['/tmp', 0o1777],
  ['/usr/local/bin', 0o755],
  ['/usr/local/sbin', 0o755],
  ['/var/cache', 0o755],
  ['/var/lib', 0o755],
  ['/var/log', 0o755],
  ['/var/spool', 0o755],
  ['/var/tmp', 0o1777],
];

const standardLinks: readonly (readonly [string, string])[] = [
  ['/var/run', '/run'],
  ['/var/lock', '/run/lock'],
];

/** Adds what base packages would make in their maintainer scripts: directories and links of every system. */
export function addStandardDirectories(tree: FileTree, time: number): void {
  for (const [path, mode] of standardDirectories) {
    if (tree.lookup(path) === undefined) {
      ensureDirectories(tree, parentPath(path), time);
      tree.set(tree.resolve(path), { ...rootOwned(mode, time), type: 'directory' });
    }
  }
  for (const [path, target] of standardLinks) {
    if (!tree.has(path)) {
      tree.set(path, { ...rootOwned(0o777, time), type: 'symlink', target });
    }
  }
}

/**
 * Files that make the image a machine of its own at first boot: an empty machine-id (machine-id(5): filled and kept,
 * without the interactive first-boot questions), name, locale, time zone.
 */
export function addIdentityFiles(tree: FileTree, definition: ImageDefinition, time: number): void {
  addGenerated(tree, '/etc/machine-id', '', { mode: 0o444, time });
  if (definition.hostname !== undefined) {
    addGenerated(tree, '/etc/hostname', `${definition.hostname}\n`, { mode: 0o644, time });
  }
  if (definition.locale !== undefined) {
    addGenerated(tree, '/etc/locale.conf', `LANG=${definition.locale}\n`, { mode: 0o644, time });
  }
  const zone = `../usr/share/zoneinfo/${definition.timezone ?? 'UTC'}`;
  tree.set('/etc/localtime', { ...rootOwned(0o777, time), type: 'symlink', target: zone });
}

/**
 * Tells systemd's ConditionNeedsUpdate= that /etc and /var belong to this /usr, so that nothing is made again at
 * first boot (systemd-update-done.service(8): the files' time is that of /usr).
 */
export function addUpdateStamps(tree: FileTree): void {
  const usr = tree.get('/usr');
  if (usr === undefined) {
    return;
  }
  const text = `# This file was created with the image. Its time is that of /usr.\nTIMESTAMP_NSEC=${usr.mtime}000000000\n`;
  addGenerated(tree, '/etc/.updated', text, { mode: 0o644, time: usr.mtime });
  addGenerated(tree, '/var/.updated', text, { mode: 0o644, time: usr.mtime });
}
