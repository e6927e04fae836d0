import type { Dependency } from '@slipway/rpm';
import type { PayloadEntry } from './payload-entry.ts';

/** Files with accounts; Debian's base-passwd ships its static ones as templates of /etc/passwd and /etc/group. */
const sysusersPath = /^\/usr\/lib\/sysusers\.d\/[^/]+\.conf$/;
const accountPath = /^(?:\/etc|\/usr\/share\/base-passwd)\/(?:passwd|group)(?:\.master)?$/;

/** Whether the content of a file states users or groups. */
export function statesAccounts(path: string): boolean {
  return sysusersPath.test(path) || accountPath.test(path);
}

/** What the accounts of a package give and take; rpm-sysusers(7). */
export interface AccountCapabilities {
  readonly provides: readonly Dependency[];
  readonly requires: readonly Dependency[];
}

/**
 * `user(NAME)` and `group(NAME)` as rpm's own generators write them: from sysusers.d with the base64 of the line as
 * version (rpm feeds it to systemd-sysusers), from passwd and group files without one.
 */
export function accountCapabilities(path: string, content: string): AccountCapabilities {
  const lines = content.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return sysusersPath.test(path) ? sysusersCapabilities(lines) : { provides: lines.flatMap(passwdLine), requires: [] };
}

/** rpm requires the owners of files that are not root's, because it knows them by name only. */
export function ownerRequires(entries: Iterable<Pick<PayloadEntry, 'user' | 'group'>>): Dependency[] {
  const names = new Set<string>();
  for (const { user, group } of entries) {
    names.add(`user(${user})`).add(`group(${group})`);
  }
  names.delete('user(root)');
  names.delete('group(root)');
  return [...names].sort().map((name) => ({ name }));
}

function passwdLine(line: string): Dependency[] {
  const fields = line.split(':');
  return fields.length === 7
    ? [{ name: `user(${fields[0]})` }]
    : fields.length === 4
      ? [{ name: `group(${fields[0]})` }]
      : [];
}

function sysusersCapabilities(lines: readonly string[]): AccountCapabilities {
  const entries = lines.map((line) => line.split(/\s+/).filter((word) => word !== ''));
  return {
    provides: entries.flatMap(sysusersProvides),
    requires: entries
      .filter(([type, , third]) => type === 'm' && third !== undefined)
      .flatMap(([, user, group]) => [{ name: `user(${user})` }, { name: `group(${group})` }]),
  };
}

function sysusersProvides(words: readonly string[]): Dependency[] {
  const [type, name, third] = words;
  const versioned = (capability: string): Dependency => ({
    name: capability,
    comparison: '=',
    evr: { epoch: 0, version: paddedBase64(words.join(' ')), release: '' },
  });
  if (name === undefined) {
    return [];
  }
  switch (type) {
    case 'u':
    case 'u!':
      return [versioned(`user(${name})`), { name: `group(${name})` }];
    case 'g':
      return [versioned(`group(${name})`)];
    case 'm':
      return third === undefined ? [] : [versioned(`groupmember(${name}/${third})`)];
    default:
      return []; // ranges and what newer systemd adds: rpm ignores them too
  }
}

/** `=` cannot stand in a version: rpm pads the text with zero bytes to a multiple of three. */
function paddedBase64(text: string): string {
  const bytes = Buffer.from(text);
  return Buffer.concat([bytes, Buffer.alloc((3 - (bytes.length % 3)) % 3)]).toString('base64');
}
