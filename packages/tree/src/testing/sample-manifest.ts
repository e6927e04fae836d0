import { sha256 } from '@slipway/core';
import type { ManifestEntry, ManifestHeader, TreeManifest } from '../manifest/tree-manifest.ts';

const bash = { packages: ['bash-5.3-1.x86_64'] };
const facts = { mode: 0o755, uid: 0, gid: 0, mtime: 1000 } as const;

export function sampleDirectory(path: string, more: Partial<ManifestEntry> = {}): ManifestEntry {
  return { ...facts, from: bash, ...more, path, type: 'directory' } as ManifestEntry;
}

/** A file of the package bash whose content is `text`. */
export function sampleFile(path: string, text: string, more: Partial<ManifestEntry> = {}): ManifestEntry {
  const own = { path, type: 'file', size: Buffer.byteLength(text), sha256: sha256(text) };
  return { ...facts, mode: 0o644, from: bash, ...more, ...own } as ManifestEntry;
}

export function sampleSymlink(path: string, target: string, more: Partial<ManifestEntry> = {}): ManifestEntry {
  return { ...facts, mode: 0o777, from: bash, ...more, path, type: 'symlink', target } as ManifestEntry;
}

/** A manifest of the entries, which need a root of their own and have to be in order. */
export function sampleManifest(entries: readonly ManifestEntry[], header: Partial<ManifestHeader> = {}): TreeManifest {
  return {
    header: {
      image: 'sample',
      time: 1000,
      entries: entries.length,
      packages: [
        { name: 'bash', nevra: 'bash-5.3-1.x86_64' },
        { name: 'zlib', nevra: 'zlib-1.3-1.x86_64' },
      ],
      rules: [
        { name: 'accounts', meaning: 'users and groups' },
        { name: 'presets', meaning: 'units that are enabled' },
      ],
      users: [{ name: 'root', uid: 0, gid: 0, home: '/root', shell: '/bin/bash' }],
      groups: [{ name: 'root', gid: 0, members: [] }],
      scriptlets: [],
      removals: [],
      ...header,
    },
    entries,
  };
}
