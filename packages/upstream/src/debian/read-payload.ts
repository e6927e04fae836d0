import { SlipwayError } from '@slipway/core';
import { readTar, type TarEntry } from '@slipway/formats';
import { formatFileCapabilities } from './file-capabilities.ts';
import type { PayloadEntry } from './payload-entry.ts';
import { payloadPath } from './payload-path.ts';
import type { PayloadSpool } from './payload-spool.ts';

/** Entries of one package; the largest of Debian testing has 340,000 files. */
const entryLimit = 2_000_000;
/** rpm headers store times in 32 bits. */
const lastSecond = 0xffff_ffff;

/**
 * Reads the uncompressed data.tar of a Debian package: contents go to `spool`, entries come back sorted by path
 * (byte order), on a merged /usr. Throws `UPSTREAM_BAD_PACKAGE` and the errors of the tar reader.
 */
export async function readPayload(
  tar: AsyncIterable<Uint8Array>,
  spool: PayloadSpool,
  file: string,
): Promise<PayloadEntry[]> {
  const entries = new Map<string, PayloadEntry>();
  for await (const entry of readTar(tar, { file })) {
    const path = payloadPath(entry.path, entry.type === 'symlink');
    if (path !== '/') {
      addEntry(entries, await importEntry(entry, { path, spool, entries }), file);
    }
  }
  return [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** After the merge of /usr a directory may come twice; nothing else may. */
function addEntry(entries: Map<string, PayloadEntry>, entry: PayloadEntry, file: string): void {
  const known = entries.get(entry.path);
  if (known !== undefined && !(known.type === 'directory' && entry.type === 'directory')) {
    throw new SlipwayError('UPSTREAM_BAD_PACKAGE', `Cannot import ${file}: ${entry.path} comes twice`);
  }
  if (entries.size >= entryLimit) {
    throw new SlipwayError('UPSTREAM_BAD_PACKAGE', `Cannot import ${file}: it has more than ${entryLimit} entries`);
  }
  entries.set(entry.path, known ?? entry);
}

interface Place {
  readonly path: string;
  readonly spool: PayloadSpool;
  readonly entries: ReadonlyMap<string, PayloadEntry>;
}

async function importEntry(entry: TarEntry, { path, spool, entries }: Place): Promise<PayloadEntry> {
  if (entry.type === 'hardlink') {
    return hardLink(entry.linkTarget, path, entries);
  }
  const capability = entry.xattrs.get('security.capability');
  const common = {
    path,
    type: entry.type,
    mode: entry.type === 'symlink' ? 0o777 : entry.mode,
    user: ownerName(entry.user, entry.uid, path),
    group: ownerName(entry.group, entry.gid, path),
    mtime: Math.min(Math.max(entry.mtime, 0), lastSecond),
    sizeBytes: 0,
    content: undefined,
    linkTarget: '',
    caps: capability === undefined ? '' : formatFileCapabilities(capability, path),
    major: 0,
    minor: 0,
    inode: entries.size + 1,
  };
  switch (entry.type) {
    case 'file': {
      const content = await spool.append(entry.content);
      return { ...common, sizeBytes: content.sizeBytes, content };
    }
    case 'symlink':
      return {
        ...common,
        linkTarget: linkTarget(entry.linkTarget, path),
        sizeBytes: Buffer.byteLength(entry.linkTarget),
      };
    case 'character-device':
    case 'block-device':
      return { ...common, major: entry.major, minor: entry.minor };
    default:
      return common;
  }
}

function hardLink(stored: string, path: string, entries: ReadonlyMap<string, PayloadEntry>): PayloadEntry {
  const target = entries.get(payloadPath(stored, false));
  if (target === undefined || target.type !== 'file') {
    throw new SlipwayError('UPSTREAM_BAD_PACKAGE', `Cannot import ${path}: a hard link to ${stored}, which is no file`);
  }
  return { ...target, path };
}

function linkTarget(target: string, path: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: rpm-md cannot carry them
  if (target === '' || Buffer.byteLength(target) > 4095 || /[\0-\x1f\x7f]/.test(target)) {
    throw new SlipwayError('UPSTREAM_BAD_PACKAGE', `Cannot import ${path}: its link target is empty or too long`);
  }
  return target;
}

/** rpm knows owners by name only; Debian archives have the names, and 0 is root everywhere. */
function ownerName(name: string, id: number, path: string): string {
  const owner = name === '' && id === 0 ? 'root' : name;
  if (!/^[A-Za-z_][A-Za-z0-9_.-]{0,31}\$?$/.test(owner)) {
    throw new SlipwayError('UPSTREAM_BAD_PACKAGE', `Cannot import ${path}: owner ${id} has no usable name`);
  }
  return owner;
}
