import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type JudgeRoom, judgesMissing, judgeTree } from '../test/support/judge-tree.ts';
import { missingPrograms } from '../test/support/visible-skip.ts';
import { inJudgeTree, judgeRoom, megabytes, ours, serverPackages } from './inputs.ts';
import { makeScratch } from './scratch.ts';
import { type Contender, runMeasured, sideBySide } from './side-by-side.ts';

interface Places {
  readonly image: string;
  readonly hashTree: string;
  /** For the peer: the unpacked tree and its results, in a directory that the judges' tree sees. */
  readonly scratch: string;
  readonly room: JudgeRoom;
}

const algorithms = {
  zstd: 'zstd,3',
  lz4: 'lz4',
} as const;

/** Packages to a compressed file system with a hash tree, and the same from an unpacked tree beside mkfs.erofs. */
export async function erofs(): Promise<string | undefined> {
  const missing = judgesMissing() || missingErofsUtils() || missingPrograms('veritysetup', 'unshare');
  if (missing !== false) {
    return missing;
  }
  const packages = await serverPackages();
  const scratch = makeScratch('erofs');
  const room = judgeRoom('erofs');
  mkdirSync(join(room.outside, 'scratch'));
  const places = { image: join(scratch, 'ours.img'), hashTree: join(scratch, 'ours.verity'), scratch, room };
  for (const [algorithm, settings] of Object.entries(algorithms)) {
    const own = making(algorithm, packages, places);
    own.prepare?.();
    runMeasured(own);
    unpack(places);
    sideBySide({
      title: `erofs ${algorithm}: ${packages.length} packages of the server image (${megabytes(packages)}) with a hash tree`,
      contenders: [
        { ...making(algorithm, [join(scratch, 'tree')], places), name: 'slipway, from the tree' },
        peer(settings, places),
        { ...own, name: 'slipway, from the packages' },
      ],
      remarks: [
        'from the packages every payload is decompressed and the digest of every file is checked',
        'the tree is what fsck.erofs unpacked from ours; all files are in memory (tmpfs) where there is one',
      ],
    });
  }
  return undefined;
}

function missingErofsUtils(): string | false {
  return !existsSync(join(judgeTree, 'usr/bin/mkfs.erofs')) && 'erofs-utils are not in the tree of judges';
}

function making(algorithm: string, sources: readonly string[], { image, hashTree }: Places): Contender {
  return {
    ...ours('erofs', [algorithm, image, hashTree, ...sources]),
    prepare: () => [image, hashTree].forEach((path) => rmSync(path, { force: true })),
    result: (output) => output.trim(),
  };
}

/** Runs a script in the judges' tree, whose working directory is the scratch directory. */
function inScratch(script: string, { scratch, room }: Places): Contender['command'] {
  const inside = `mount --bind ${scratch} ${room.outside}/scratch && exec "$@"`;
  const entered = inJudgeTree('sh', '-c', `cd ${room.inside}/scratch && ${script}`);
  return ['unshare', '--mount', 'sh', '-c', inside, 'sh', ...entered];
}

function unpack(places: Places): void {
  rmSync(join(places.scratch, 'tree'), { recursive: true, force: true });
  runMeasured({ name: 'fsck.erofs', command: inScratch('fsck.erofs --extract=tree --preserve ours.img', places) });
}

function peer(settings: string, places: Places): Contender {
  const { scratch } = places;
  const uuid = '-U 00000000-0000-4000-8000-000000000000';
  const make = inScratch(`mkfs.erofs --quiet -z${settings} -C65536 ${uuid} peer.img tree`, places);
  const protect = `cd ${scratch} && veritysetup format --salt=00 peer.img peer.verity`;
  return {
    name: `mkfs.erofs -z${settings}, veritysetup`,
    command: ['sh', '-c', `"$@" && ${protect}`, 'sh', ...make],
    prepare: () => ['peer.img', 'peer.verity'].forEach((name) => rmSync(join(scratch, name), { force: true })),
    result: () => `${(statSync(join(scratch, 'peer.img')).size / 1e6).toFixed(1)} MB`,
  };
}
