import {
  type ContentSource,
  type FileInode,
  FileTree,
  generatedContent,
  generatedFile,
  rootOwned,
} from '@slipway/tree';

const mtime = 1_790_000_000;

/** Every type of entry, hard links, extended attributes, owners, long names, an empty and a large file. */
export function sampleTree(): FileTree {
  const tree = new FileTree({ ...rootOwned(0o755, mtime), type: 'directory' });
  const directory = (path: string, mode = 0o755) => tree.set(path, { ...rootOwned(mode, mtime), type: 'directory' });
  directory('/usr');
  directory('/usr/bin');
  directory('/dev');
  directory('/tmp', 0o1777);
  directory(`/usr/${'long-name-'.repeat(12)}`);
  const ping = generatedFile('ping program', {
    ...rootOwned(0o755, mtime + 5),
    xattrs: new Map([['security.capability', Buffer.from('0100000200200000000000000000000000000000', 'hex')]]),
  });
  tree.set('/usr/bin/ping', ping);
  tree.set('/usr/bin/ping4', ping);
  tree.set('/usr/bin/a-ping', ping);
  tree.set('/usr/bin/su', generatedFile('su', rootOwned(0o4755, mtime)));
  tree.set('/usr/empty', generatedFile('', { ...rootOwned(0o600, mtime), uid: 1000, gid: 100 }));
  tree.set('/usr/large', generatedFile(Buffer.alloc(3_000_001, 'large'), rootOwned(0o644, mtime)));
  tree.set(`/usr/${'long-name-'.repeat(12)}/${'ü'.repeat(100)}`, generatedFile('deep', rootOwned(0o644, mtime)));
  tree.set('/bin', { ...rootOwned(0o777, mtime), type: 'symlink', target: 'usr/bin' });
  tree.set('/dev/console', { ...rootOwned(0o600, mtime), type: 'character-device', major: 5, minor: 1 });
  tree.set('/dev/vda', { ...rootOwned(0o660, mtime), gid: 6, type: 'block-device', major: 254, minor: 0 });
  tree.set('/dev/pipe', { ...rootOwned(0o622, mtime), type: 'fifo' });
  return tree;
}

/** Gives the files backwards and in small chunks, as a source that reads packages in its own order may. */
export const backwardsContent: ContentSource = {
  async *stream(files) {
    for (const inode of [...new Set<FileInode>(files)].reverse()) {
      for await (const { bytes } of generatedContent.stream([inode])) {
        for (let offset = 0; offset < bytes.length; offset += 65_000) {
          yield { inode, offset, bytes: bytes.subarray(offset, offset + 65_000) };
        }
      }
    }
  },
};

export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) {
    parts.push(Buffer.from(chunk));
  }
  return Buffer.concat(parts);
}
