import { SlipwayError } from '@slipway/core';

export interface TreeEntry {
  /** Octal, as git writes it: `100644`, `120000`, `40000`, `160000` … */
  readonly mode: string;
  /** As bytes: names have no encoding. */
  readonly name: Buffer;
  readonly id: string;
}

const idBytes = 20;

/** Reads a tree object: `mode SP name NUL id` again and again. Throws `UPSTREAM_BAD_OBJECT`. */
export function parseTree(id: string, bytes: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let position = 0; position < bytes.length; ) {
    const space = bytes.indexOf(0x20, position);
    const end = bytes.indexOf(0, position);
    const mode = space < 0 ? '' : bytes.toString('latin1', position, Math.min(space, position + 8));
    if (!/^[0-7]{5,6}$/.test(mode) || end < space || end + 1 + idBytes > bytes.length) {
      throw new SlipwayError('UPSTREAM_BAD_OBJECT', `Cannot read the git tree ${id}: it is not in its format`, {
        at: { file: id, offset: position },
        hint: 'look at the repository with git fsck',
      });
    }
    const name = bytes.subarray(space + 1, end);
    entries.push({ mode, name, id: bytes.toString('hex', end + 1, end + 1 + idBytes) });
    position = end + 1 + idBytes;
  }
  return entries;
}
