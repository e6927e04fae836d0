import { ByteWriter, SlipwayError } from '@slipway/core';

/** include/uapi/linux/posix_acl_xattr.h: what getxattr(2) gives, and so what archives carry. */
const interchangeVersion = 2;
const interchangeEntryBytes = 8;
/** fs/ext4/acl.h: what is stored. */
const onDiskVersion = 1;
/** ACL_USER and ACL_GROUP: the only entries that name an id. */
const tagsWithId = new Set([0x02, 0x08]);
const knownTags = new Set([0x01, 0x02, 0x04, 0x08, 0x10, 0x20]);

/** ext4 stores access control lists in a form of its own. Throws `DISK_EXT4_UNREPRESENTABLE` when `value` is none. */
export function posixAclOnDisk(value: Uint8Array, path: string): Buffer {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  if (
    value.length < 4 ||
    (value.length - 4) % interchangeEntryBytes !== 0 ||
    view.getUint32(0, true) !== interchangeVersion
  ) {
    throw new SlipwayError('DISK_EXT4_UNREPRESENTABLE', `Cannot store ${path}: its access control list is malformed`);
  }
  const out = new ByteWriter(value.length);
  out.u32le(onDiskVersion);
  for (let at = 4; at < value.length; at += interchangeEntryBytes) {
    const tag = view.getUint16(at, true);
    if (!knownTags.has(tag)) {
      throw new SlipwayError(
        'DISK_EXT4_UNREPRESENTABLE',
        `Cannot store ${path}: unknown tag ${tag} in its access list`,
      );
    }
    out.u16le(tag).u16le(view.getUint16(at + 2, true));
    if (tagsWithId.has(tag)) {
      out.u32le(view.getUint32(at + 4, true));
    }
  }
  return out.finish();
}
