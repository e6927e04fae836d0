/**
 * Package files, or one directory, to an EROFS file system with all their files and its hash tree:
 * `ours/erofs.ts ALGORITHM TARGET HASH_TREE SOURCE…`.
 */
import { statSync } from 'node:fs';
import { replaceAtomically } from '@slipway/core';
import {
  FileBlockWriter,
  planErofs,
  planVerity,
  VerityDigests,
  writeBlockFile,
  writeErofs,
  writeVerity,
} from '@slipway/disk';
import { directoryTree } from './directory-tree.ts';
import { packageTree, time } from './package-tree.ts';
import { reportResult } from './report-result.ts';

const [algorithm = '', target = '', hashTree = '', ...sources] = process.argv.slice(2);
const uuid = '00000000-0000-4000-8000-000000000000';
if (algorithm !== 'lz4' && algorithm !== 'zstd') {
  throw new Error(`not a compression: ${algorithm}`);
}
const [first = ''] = sources;
const source = statSync(first).isDirectory() ? { ...directoryTree(first), order: [] } : await packageTree(sources);
const { tree, content, order } = source;
const layout = planErofs(tree, {
  uuid,
  createdAt: time,
  kernel: { version: '6.12' },
  compression: { algorithm },
  order,
});
const salt = Buffer.alloc(32, 1);
const digests = new VerityDigests(salt);
let dataBytes = 0;
await replaceAtomically(target, async (temporary) => {
  const out = await FileBlockWriter.create(temporary, layout.maxSizeBytes);
  dataBytes = (await writeErofs(layout, content, digests.over(out))).sizeBytes;
  await out.close(dataBytes);
});
const verity = planVerity({ dataBytes, salt, uuid });
await writeBlockFile(hashTree, verity.sizeBytes, async (out) => void (await writeVerity(verity, digests, out)));
reportResult(`${(dataBytes / 1e6).toFixed(1)} MB, ${layout.inodeCount} inodes`);
