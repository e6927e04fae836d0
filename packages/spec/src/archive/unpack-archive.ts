import { type Chunks, SlipwayError } from '@slipway/core';
import { decompress, detectCompression, readTar, type TarEntry, type WritableCompression } from '@slipway/formats';
import type { ArchiveLimits } from './archive-limits.ts';
import { type ArchiveMember, ArchiveTree } from './archive-tree.ts';
import { checkLinkTarget, memberPath, quoteMember } from './member-path.ts';
import type { ScratchFile } from './scratch-file.ts';

export interface UnpackedArchive {
  readonly tree: ArchiveTree;
  /** What its first bytes say, whatever its name says. */
  readonly compression: WritableCompression;
}

export interface UnpackOptions {
  /** For error messages. */
  readonly name: string;
  readonly scratch: ScratchFile;
  readonly limits: ArchiveLimits;
}

/**
 * Reads a tar archive (plain, gzip, xz or zstd): content goes to the scratch file, names and modes into a tree. Owners,
 * times, extended attributes, and set-user-ID and sticky bits are left behind. Throws `SPEC_ARCHIVE_MEMBER`,
 * `SPEC_ARCHIVE_UNSAFE`, `CORE_LIMIT` and what the decoders throw, each with the archive's name.
 */
export async function unpackArchive(
  source: Chunks,
  { name, scratch, limits }: UnpackOptions,
): Promise<UnpackedArchive> {
  try {
    const { start, whole } = await peek(source);
    const compression = compressionOf(start);
    const tar = decompress(whole, { compression, maxBytes: limits.unpackedBytes, maxRatio: limits.ratio });
    const tree = new ArchiveTree(limits);
    for await (const entry of readTar(tar, { file: name, names: 'bytes' })) {
      await addEntry(tree, entry, scratch);
    }
    return { tree, compression };
  } catch (cause) {
    throw archiveError(name, cause);
  }
}

/** The failure with the archive's name, where its message does not have it yet. */
function archiveError(name: string, cause: unknown): unknown {
  if (!(cause instanceof SlipwayError) || cause.message.includes(name)) {
    return cause;
  }
  return new SlipwayError(cause.code, `Cannot unpack ${name}: ${cause.message}`, {
    ...(cause.hint === undefined ? {} : { hint: cause.hint }),
    at: { file: name },
    data: { ...cause.data },
    cause,
  });
}

/** Up to one block of the beginning, and everything. */
async function peek(source: Chunks): Promise<{ start: Buffer; whole: AsyncGenerator<Uint8Array> }> {
  const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  const head: Uint8Array[] = [];
  let headBytes = 0;
  let ended = false;
  while (!ended && headBytes < peekedBytes) {
    const next = await iterator.next();
    ended = next.done === true;
    if (next.done !== true) {
      head.push(Uint8Array.from(next.value)); // a chunk is valid until the next one is asked for
      headBytes += next.value.length;
    }
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    try {
      yield* head;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { start: Buffer.concat(head).subarray(0, peekedBytes), whole: whole() };
}

const peekedBytes = 512;
/** Where a tar header since POSIX.1-1988 says what it is. */
const ustarMagicAt = 257;

function compressionOf(start: Buffer): WritableCompression {
  const announced = detectCompression(start);
  if (announced === 'gzip' || announced === 'xz' || announced === 'zstd') {
    return announced;
  }
  // the marks of these two are printable: a plain archive may begin with a name like them
  const isTar = start.toString('latin1', ustarMagicAt, ustarMagicAt + 5) === 'ustar';
  if (announced !== undefined && !isTar) {
    throw new SlipwayError('FORMATS_UNSUPPORTED', `it is compressed with ${announced}`, {
      hint: 'overlays work inside archives that are plain or compressed with gzip, xz or zstd',
    });
  }
  return 'none';
}

async function addEntry(tree: ArchiveTree, entry: TarEntry, scratch: ScratchFile): Promise<void> {
  const path = memberPath(entry.path);
  const member = await memberOf(path, entry, scratch);
  if (path !== '') {
    if (!(await isRepeated(tree.get(path), member, scratch))) {
      tree.add(path, member);
    }
  } else if (member.kind !== 'directory') {
    throw new SlipwayError('SPEC_ARCHIVE_UNSAFE', `its own directory is a ${member.kind}`);
  }
}

async function memberOf(path: string, entry: TarEntry, scratch: ScratchFile): Promise<ArchiveMember> {
  switch (entry.type) {
    case 'directory':
      return { kind: 'directory', mode: entry.mode & 0o777 };
    case 'file':
      return { kind: 'file', mode: entry.mode & 0o777, content: await scratch.append(entry.content) };
    case 'symlink':
      checkLinkTarget(path, entry.linkTarget);
      return { kind: 'symlink', target: entry.linkTarget };
    case 'hardlink':
      throw unpackable(path, 'hard link');
    case 'fifo':
      throw unpackable(path, 'named pipe');
    case 'character-device':
    case 'block-device':
      throw unpackable(path, 'device');
  }
}

function unpackable(path: string, kind: string): SlipwayError {
  return new SlipwayError('SPEC_ARCHIVE_MEMBER', `its member ${quoteMember(path)} is a ${kind}`, {
    hint: 'overlays pack files, directories and symbolic links; take an archive without it, or make one with a script',
    data: { member: quoteMember(path) },
  });
}

/** Whether the same member comes a second time: `tar -r` of an unchanged file does no harm. */
async function isRepeated(
  before: ArchiveMember | undefined,
  member: ArchiveMember,
  scratch: ScratchFile,
): Promise<boolean> {
  if (before?.kind === 'symlink' && member.kind === 'symlink') {
    return before.target === member.target;
  }
  if (before?.kind !== 'file' || member.kind !== 'file' || before.mode !== member.mode) {
    return false;
  }
  return before.content.sizeBytes === member.content.sizeBytes && sameContent(before, member, scratch);
}

type FileMember = ArchiveMember & { readonly kind: 'file' };

const comparedBytes = 1 << 19;

async function sameContent({ content: a }: FileMember, { content: b }: FileMember, scratch: ScratchFile) {
  for (let done = 0; done < a.sizeBytes; done += comparedBytes) {
    const sizeBytes = Math.min(comparedBytes, a.sizeBytes - done);
    const one = await scratch.readWhole({ at: a.at + done, sizeBytes });
    if (!one.equals(await scratch.readWhole({ at: b.at + done, sizeBytes }))) {
      return false;
    }
  }
  return true;
}
