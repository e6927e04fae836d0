/** Package files to an ext4 file system with all their files: `ours/ext4.ts TARGET PACKAGE…`. */
import { planExt4, writeBlockFile, writeExt4 } from '@slipway/disk';
import { packageTree, time } from './package-tree.ts';
import { reportResult } from './report-result.ts';

const [target = '', ...paths] = process.argv.slice(2);
const uuid = '00000000-0000-4000-8000-000000000000';
const freeBytes = 512 << 20;

const { tree, content, order } = await packageTree(paths);
const size = { kind: 'minimal', freeBytes } as const;
const layout = planExt4(tree, { size, uuid, hashSeed: uuid, createdAt: time, order });
await writeBlockFile(target, layout.sizeBytes, (out) => writeExt4(layout, content, out));
reportResult(`${tree.size} paths`);
