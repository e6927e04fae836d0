import type { Chunks } from '@slipway/core';
import { compress, type TarWriteEntry, writeGnuTar } from '@slipway/formats';
import { type WatchedWork, watched } from './archive-progress.ts';
import type { ArchiveMember } from './archive-tree.ts';
import type { ScratchFile } from './scratch-file.ts';
import type { UnpackedArchive } from './unpack-archive.ts';

/**
 * The bytes of an archive: a GNU tar with members in the order of their names, as their owner (0, without a name) and
 * with their time (1970) the same for all, compressed with fixed settings. The same members give the same bytes.
 */
export function packArchive(
  name: string,
  { tree, compression }: UnpackedArchive,
  { scratch, watch }: { readonly scratch: ScratchFile; readonly watch: WatchedWork },
): Chunks {
  const tar = writeGnuTar(entriesOf(tree.sorted(), scratch), { names: 'bytes' });
  return compress(watched(tar, watch, { archive: name, step: 'pack' }), compression);
}

const attributes = { uid: 0, gid: 0, user: '', group: '', mtime: 0, xattrs: new Map<string, Uint8Array>() };
/** Links have no permissions of their own; this is what Linux shows for them. */
const linkMode = 0o777;

function* entriesOf(members: readonly [string, ArchiveMember][], scratch: ScratchFile): Generator<TarWriteEntry> {
  for (const [path, member] of members) {
    if (member.kind === 'symlink') {
      yield { ...attributes, path, mode: linkMode, type: 'symlink', linkTarget: member.target };
    } else if (member.kind === 'directory') {
      yield { ...attributes, path, mode: member.mode, type: 'directory' };
    } else {
      const { content } = member;
      const file = { sizeBytes: content.sizeBytes, content: scratch.read(content) };
      yield { ...attributes, path, mode: member.mode, type: 'file', ...file };
    }
  }
}
