import { type CpioWriteEntry, writeCpio } from '@slipway/formats';
import { fileType, isSymlink } from '../file-mode.ts';
import { readRawLinkTargets, readRawPaths } from '../metadata/files.ts';
import type { RpmPackage } from '../package/open-package.ts';
import type { PackageFile } from '../package-metadata.ts';
import { type PayloadMember, readPayload } from './read-payload.ts';

export interface NamedArchiveOptions {
  /** Numbers of users besides root. What belongs to others becomes root's and loses its set-user-id bit. */
  readonly userIds?: ReadonlyMap<string, number>;
  readonly groupIds?: ReadonlyMap<string, number>;
}

/** libarchive fills blocks of this size. */
const blockBytes = 10_240;
const setUserId = 0o4000;
const setGroupId = 0o2000;

/**
 * The payload as a newc archive that cpio(1) reads, whatever form it has in the package: byte for byte what rpm2cpio of
 * rpm 6.1 writes on a system with these users and groups. Attributes come from the header, contents from the payload,
 * in its order. Errors as `readPayload`; `FORMATS_NOT_WRITABLE` for a file of 4 GiB or more.
 */
export async function* namedArchive(pkg: RpmPackage, options: NamedArchiveOptions = {}): AsyncGenerator<Uint8Array> {
  let written = 0;
  for await (const chunk of writeCpio(namedEntries(pkg, options), { nameEncoding: 'latin1' })) {
    written += chunk.length;
    yield chunk;
  }
  yield Buffer.alloc((blockBytes - (written % blockBytes)) % blockBytes);
}

async function* namedEntries(pkg: RpmPackage, options: NamedArchiveOptions): AsyncGenerator<CpioWriteEntry> {
  const [paths, targets] = [readRawPaths(pkg.header), readRawLinkTargets(pkg.header)];
  for await (const member of readPayload(pkg, { fileDigests: false, payloadDigest: false })) {
    const path = paths[member.index] ?? '';
    yield {
      kind: 'newc',
      path: path.startsWith('/') ? `.${path}` : `./${path}`,
      ...attributes(member.file, options),
      inode: member.file.inode,
      linkCount: member.links.length,
      ...contentOf(member, targets[member.index] ?? ''),
    };
  }
}

function attributes(file: PackageFile, { userIds, groupIds }: NamedArchiveOptions) {
  const uid = file.user === 'root' ? 0 : userIds?.get(file.user);
  const gid = file.group === 'root' ? 0 : groupIds?.get(file.group);
  const lost = (uid === undefined ? setUserId : 0) | (gid === undefined ? setGroupId : 0);
  const type = file.mode & fileType.mask;
  const isDevice = type === fileType.block || type === fileType.character;
  return {
    mode: file.mode & ~lost,
    uid: uid ?? 0,
    gid: gid ?? 0,
    mtime: file.mtime,
    devMajor: 0,
    devMinor: 0,
    rdevMajor: isDevice ? file.rdev >>> 8 : 0,
    rdevMinor: isDevice ? file.rdev & 0xff : 0,
  };
}

function contentOf(member: PayloadMember, target: string): Pick<CpioWriteEntry, 'sizeBytes' | 'content'> {
  if (isSymlink(member.file.mode)) {
    return { sizeBytes: target.length, content: [Buffer.from(target, 'latin1')] };
  }
  return member.holdsContent
    ? { sizeBytes: member.file.sizeBytes, content: member.content }
    : { sizeBytes: 0, content: [] };
}
