import type { EntryOrigin, ManifestEntry, TreeManifest } from './tree-manifest.ts';

/** One fact that differs, in words; an empty text where there is nothing. */
export interface FactChange {
  readonly what:
    | 'type'
    | 'content'
    | 'size'
    | 'target'
    | 'device'
    | 'mode'
    | 'owner'
    | 'group'
    | 'label'
    | 'capabilities'
    | 'attributes'
    | 'link'
    | 'time';
  readonly before: string;
  readonly after: string;
}

export interface EntryChange {
  readonly path: string;
  /** Of the later image. */
  readonly from: EntryOrigin;
  readonly changes: readonly FactChange[];
}

type Fact = readonly [what: FactChange['what'], value: string];

/** Says what an entry is in words that two images can be compared by: accounts by name and number, links by path. */
export class EntryFacts {
  readonly #users: ReadonlyMap<number, string>;
  readonly #groups: ReadonlyMap<number, string>;
  /** First path of each inode that has several. */
  readonly #firstNames = new Map<number, string>();

  constructor({ header, entries }: TreeManifest) {
    this.#users = new Map(header.users.map(({ name, uid }) => [uid, name]));
    this.#groups = new Map(header.groups.map(({ name, gid }) => [gid, name]));
    for (const { hardLink, path } of entries) {
      if (hardLink !== undefined && !this.#firstNames.has(hardLink)) {
        this.#firstNames.set(hardLink, path);
      }
    }
  }

  of(entry: ManifestEntry): Fact[] {
    return [
      ['type', entry.type],
      ...contentFacts(entry),
      ['mode', entry.mode.toString(8).padStart(4, '0')],
      ['owner', this.owner(entry)],
      ['group', this.group(entry)],
      ['label', entry.label ?? ''],
      ['capabilities', entry.capabilities ?? ''],
      ['attributes', attributesOf(entry)],
      ['link', this.#firstName(entry)],
      ['time', String(entry.mtime)],
    ];
  }

  owner({ uid }: ManifestEntry): string {
    return account(this.#users.get(uid), uid);
  }

  group({ gid }: ManifestEntry): string {
    return account(this.#groups.get(gid), gid);
  }

  #firstName({ hardLink, path }: ManifestEntry): string {
    const first = hardLink === undefined ? path : (this.#firstNames.get(hardLink) ?? path);
    return first === path ? '' : first;
  }
}

/** What differs between two entries; nothing when they are the same. */
export function compareFacts(before: readonly Fact[], after: readonly Fact[]): FactChange[] {
  const earlier = new Map(before);
  const later = new Map(after);
  const names = new Set([...earlier.keys(), ...later.keys()]);
  return [...names]
    .map((what) => ({ what, before: earlier.get(what) ?? '', after: later.get(what) ?? '' }))
    .filter((change) => change.before !== change.after);
}

function contentFacts(entry: ManifestEntry): Fact[] {
  switch (entry.type) {
    case 'file':
      return [
        ['content', entry.sha256],
        ['size', String(entry.size)],
      ];
    case 'symlink':
      return [['target', entry.target]];
    case 'character-device':
    case 'block-device':
      return [['device', `${entry.major}:${entry.minor}`]];
    default:
      return [];
  }
}

function attributesOf({ xattrs = {} }: ManifestEntry): string {
  const names = Object.keys(xattrs).sort();
  return names.map((name) => `${name}=${xattrs[name]}`).join(' ');
}

function account(name: string | undefined, id: number): string {
  return name === undefined ? String(id) : `${name} (${id})`;
}
