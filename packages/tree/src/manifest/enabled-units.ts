import type { ManifestEntry } from './tree-manifest.ts';

/** A link by which systemd is told about a unit (systemd.unit(5), [Install]; systemctl(1), "mask"). */
export interface UnitLink {
  readonly scope: 'system' | 'user';
  readonly unit: string;
  readonly state: 'enabled' | 'masked';
  /** What starts it: `multi-user.target (wants)`, or `alias` of another unit; empty for masked ones. */
  readonly by: string;
}

const dependency = /^\/etc\/systemd\/(system|user)\/([^/]+)\.(wants|requires|upholds)\/([^/]+)$/;
const alias = /^\/etc\/systemd\/(system|user)\/([^/]+\.[a-z]+)$/;

/** Units that the image enables or masks, in the order of the entries; those that packages link below /usr are static. */
export function enabledUnits(entries: readonly ManifestEntry[]): UnitLink[] {
  return entries.flatMap((entry) => (entry.type === 'symlink' ? unitLink(entry.path, entry.target) : []));
}

function unitLink(path: string, target: string): UnitLink[] {
  const [, scope, by, how, unit] = dependency.exec(path) ?? [];
  if (unit !== undefined) {
    return [{ scope: scope as UnitLink['scope'], unit, state: 'enabled', by: `${by} (${how})` }];
  }
  const [, aliasScope, name] = alias.exec(path) ?? [];
  if (name === undefined) {
    return [];
  }
  const link = { scope: aliasScope as UnitLink['scope'], unit: name };
  const of = target.slice(target.lastIndexOf('/') + 1);
  return [
    target === '/dev/null' ? { ...link, state: 'masked', by: '' } : { ...link, state: 'enabled', by: `alias of ${of}` },
  ];
}
