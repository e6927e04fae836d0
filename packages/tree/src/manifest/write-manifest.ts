import { manifestVersion } from './manifest-schema.ts';
import type { EntryOrigin, ManifestEntry, ManifestHeader } from './tree-manifest.ts';

/** Lines are gathered into chunks of about this many characters. */
const chunkLength = 1 << 16;

/**
 * A manifest as JSON lines (one JSON document each, LF at the end): the header, then every entry. Members come in one
 * order, so that equal manifests are equal bytes.
 */
export function* writeManifest(header: ManifestHeader, entries: Iterable<ManifestEntry>): Generator<Uint8Array> {
  let text = formatHeader(header);
  for (const entry of entries) {
    text += formatEntry(entry);
    if (text.length >= chunkLength) {
      yield Buffer.from(text);
      text = '';
    }
  }
  yield Buffer.from(text);
}

function formatHeader(header: ManifestHeader): string {
  const { image, time, entries, packages, rules, users, groups, scriptlets, removals } = header;
  return line({
    ...{ format: 'slipway-tree', version: manifestVersion, image, time, entries },
    packages: packages.map(({ name, nevra }) => ({ name, nevra })),
    rules: rules.map(({ name, meaning }) => ({ name, meaning })),
    users: users.map(({ name, uid, gid, home, shell }) => ({ name, uid, gid, home, shell })),
    groups: groups.map(({ name, gid, members }) => ({ name, gid, members })),
    scriptlets: scriptlets.map(({ kind, sha256, decision, reason, ...of }) => ({
      ...{ package: of.package, kind, sha256, decision, reason },
    })),
    removals: removals.map(({ glob, reason, entries: removed }) => ({
      ...{ glob, reason },
      entries: removed.map(({ path, from }) => ({ path, from: originOf(from) })),
    })),
  });
}

/** JSON.stringify leaves out what is undefined. */
function formatEntry(entry: ManifestEntry): string {
  const { path, type, mode, uid, gid, mtime, hardLink, label, capabilities, xattrs } = entry;
  return line({
    ...{ path, type, mode: mode.toString(8).padStart(4, '0'), uid, gid, mtime },
    ...ownFacts(entry),
    ...{ hardLink, label, capabilities, xattrs: xattrs === undefined ? undefined : sorted(xattrs) },
    from: originOf(entry.from),
    replaced: entry.replaced?.map(originOf),
    adjusted: entry.adjusted,
  });
}

function ownFacts(entry: ManifestEntry): object {
  switch (entry.type) {
    case 'file':
      return { size: entry.size, sha256: entry.sha256 };
    case 'symlink':
      return { target: entry.target };
    case 'character-device':
    case 'block-device':
      return { major: entry.major, minor: entry.minor };
    default:
      return {};
  }
}

function originOf(origin: EntryOrigin): EntryOrigin {
  return 'rule' in origin ? { rule: origin.rule } : { packages: origin.packages };
}

function sorted(xattrs: Readonly<Record<string, string>>): object {
  return Object.fromEntries(Object.entries(xattrs).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
