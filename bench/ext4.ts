import { closeSync, mkdirSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type JudgeRoom, judgesMissing } from '../test/support/judge-tree.ts';
import { outputs } from '../test/support/main-job.ts';
import { missingPrograms } from '../test/support/visible-skip.ts';
import { inJudgeTree, judgeRoom, megabytes, ours, serverPackages } from './inputs.ts';
import { emptyDirectory, makeScratch } from './scratch.ts';
import { type Contender, runMeasured, sideBySide } from './side-by-side.ts';

/** Packages to a file system with their files. */
export async function ext4(): Promise<string | undefined> {
  const missing = judgesMissing() || missingPrograms('mke2fs', 'e2fsck', 'unshare');
  if (missing !== false) {
    return missing;
  }
  const packages = await serverPackages();
  const scratch = makeScratch('ext4');
  const room = judgeRoom('ext4');
  mkdirSync(join(room.outside, 'tree'));
  room.copyIn(join(outputs.repository, 'Packages'), 'Packages');
  const inside = packages.map((path) => path.replace(outputs.repository, room.inside));
  const places = {
    own: join(scratch, 'ours.img'),
    peer: join(scratch, 'peer.img'),
    tree: join(scratch, 'tree'),
    room,
  };
  const own: Contender = {
    ...ours('ext4', [places.own, ...packages]),
    prepare: () => rmSync(places.own, { force: true }),
    result: (output) => `${countInodes(places.own)}; ${output.trim()}`,
  };
  own.prepare?.();
  runMeasured(own);
  runMeasured({ name: 'e2fsck', command: ['e2fsck', '-fn', places.own] });
  const { size } = statSync(places.own);
  const unpacked = runMeasured(unpacking(inside, places));
  sideBySide({
    title: `ext4: ${packages.length} packages of the server image (${megabytes(packages)}) as a file system`,
    contenders: [own, unpackingAndMaking(inside, places, size), making(places, size)],
    remarks: [
      `ours decompresses every payload and checks the digest of every file; rpm2cpio | cpio alone took ${unpacked.usage.cpuSeconds.toFixed(2)} s CPU`,
      'the third makes the file system of files that were unpacked before: no decompression',
      'rpm2cpio is started once for each package; all files are in memory (tmpfs) where there is one',
    ],
  });
  return undefined;
}

interface Places {
  readonly peer: string;
  readonly tree: string;
  readonly room: JudgeRoom;
}

/** rpm2cpio and cpio are those of the judges' tree, which sees the scratch directory in a mount namespace of its own. */
function unpackScript({ tree, room }: Places): string {
  const loop = 'cd "$0" && for package; do rpm2cpio "$package" | cpio -idmu --quiet || exit 1; done';
  const unpack = inJudgeTree('sh', '-c', `'${loop}'`, `${room.inside}/tree`, '"$@"').join(' ');
  return `unshare --mount sh -c 'mount --bind ${tree} ${room.outside}/tree && exec "$@"' sh ${unpack}`;
}

function makeScript({ peer, tree }: Places, size: number): string {
  return `mke2fs -q -F -t ext4 -d ${tree} ${peer} ${size / 1024}k`;
}

function unpacking(packages: readonly string[], places: Places): Contender {
  mkdirSync(places.tree);
  return { name: 'rpm2cpio | cpio', command: ['sh', '-c', unpackScript(places), 'sh', ...packages] };
}

function unpackingAndMaking(packages: readonly string[], places: Places, size: number): Contender {
  const script = `${unpackScript(places)} && ${makeScript(places, size)}`;
  return {
    name: 'rpm2cpio | cpio, mke2fs -d',
    command: ['sh', '-c', script, 'sh', ...packages],
    prepare: () => {
      emptyDirectory(places.tree);
      rmSync(places.peer, { force: true });
    },
    result: () => countInodes(places.peer),
  };
}

function making(places: Places, size: number): Contender {
  return {
    name: 'mke2fs -d',
    command: ['sh', '-c', makeScript(places, size)],
    prepare: () => rmSync(places.peer, { force: true }),
    result: () => countInodes(places.peer),
  };
}

/** Size and used inodes as the superblock says them (s_inodes_count, s_free_inodes_count). */
function countInodes(image: string): string {
  const file = openSync(image, 'r');
  const superblock = Buffer.alloc(1024);
  readSync(file, superblock, 0, superblock.length, 1024);
  closeSync(file);
  const used = superblock.readUInt32LE(0) - superblock.readUInt32LE(16);
  return `${used} inodes, ${(statSync(image).size / 1e6).toFixed(0)} MB`;
}
