import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { asDigest, Store } from '@slipway/core';
import { type LockedPackage, loadLock } from '@slipway/project';
import { importPackage } from '@slipway/upstream';
import { type JudgeRoom, judge, judgesMissing } from '../test/support/judge-tree.ts';
import { distribution } from '../test/support/main-job.ts';
import { missingPrograms } from '../test/support/visible-skip.ts';
import { cache, inJudgeTree, judgeRoom, ours } from './inputs.ts';
import { importOptions } from './ours/import-options.ts';
import { emptyDirectory, makeScratch } from './scratch.ts';
import { type Contender, sideBySide } from './side-by-side.ts';

const smallestBytes = 200e3;
const largestBytes = 3e6;
const sampleSize = 20;

/** Debian packages to RPMs. */
export async function importing(): Promise<string | undefined> {
  const missing = missingPrograms('dpkg-deb');
  if (missing !== false) {
    return missing;
  }
  const packages = await samplePackages();
  const scratch = makeScratch('import');
  unpackSideBySide(packages, scratch);
  const noJudges = judgesMissing();
  if (noJudges !== false) {
    process.stdout.write(`  rpmbuild: skipped, ${noJudges}\n`);
    return undefined;
  }
  await buildSideBySide(packages, scratch);
  return undefined;
}

/** Packages of the snapshot, evenly from all those of middle size. */
async function samplePackages(): Promise<readonly LockedPackage[]> {
  const lock = await loadLock(join(distribution, 'slipway.lock'));
  const middle = [...(lock?.snapshots.values() ?? [])]
    .flatMap(({ packages }) => packages)
    .filter(({ size }) => size >= smallestBytes && size <= largestBytes)
    .sort((a, b) => a.size - b.size);
  const step = Math.max(1, Math.floor(middle.length / sampleSize));
  return middle.filter((_, index) => index % step === 0).slice(0, sampleSize);
}

function storedPath(root: string, { sha256 }: LockedPackage): string {
  return new Store(root).path(asDigest(sha256));
}

/** A store that has the packages and nothing made from them. */
function fillStore(root: string, packages: readonly LockedPackage[]): void {
  emptyDirectory(root);
  for (const each of packages) {
    const target = storedPath(root, each);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(storedPath(join(cache, 'store'), each), target);
  }
}

function importContender(packages: readonly LockedPackage[], scratch: string): Contender {
  const store = join(scratch, 'store');
  return {
    ...ours('import', [store, ...packages.map(({ sha256 }) => sha256)]),
    prepare: () => fillStore(store, packages),
    result: (output) => output.trim(),
  };
}

function sizeOf(packages: readonly LockedPackage[]): string {
  return `${(packages.reduce((sum, { size }) => sum + size, 0) / 1e6).toFixed(1)} MB`;
}

function unpackSideBySide(packages: readonly LockedPackage[], scratch: string): void {
  const target = join(scratch, 'unpacked');
  const debs = packages.map((each) => storedPath(join(cache, 'store'), each));
  const script = `n=0; for deb; do n=$((n+1)); dpkg-deb -x "$deb" ${target}/$n || exit 1; done; echo $n unpacked`;
  sideBySide({
    title: `import: ${packages.length} Debian packages of middle size (${sizeOf(packages)}) to RPMs`,
    contenders: [
      importContender(packages, scratch),
      {
        name: 'dpkg-deb -x',
        command: ['sh', '-c', script, 'sh', ...debs],
        prepare: () => emptyDirectory(target),
        result: (output) => output.trim(),
      },
    ],
    remarks: ['dpkg-deb only unpacks; ours unpacks, finds capabilities, hashes, compresses (zstd 3) and writes RPMs'],
  });
}

async function buildSideBySide(packages: readonly LockedPackage[], scratch: string): Promise<void> {
  const one = packages.find(({ size, architecture }) => size > 1e6 && architecture !== 'all');
  if (one === undefined) {
    return;
  }
  const room = judgeRoom('import');
  const spec = await specFor(one, room, scratch);
  const rpmbuild = (name: string, payload: string): Contender => ({
    name,
    command: inJudgeTree('rpmbuild', '-bb', '--quiet', ...rpmbuildMacros(room, payload), spec),
    prepare: () => emptyDirectory(join(room.outside, 'top')),
    result: () => countFiles(room),
  });
  sideBySide({
    title: `import: ${one.name} ${one.version} (${sizeOf([one])}) to an RPM`,
    contenders: [
      importContender([one], scratch),
      rpmbuild('dpkg-deb -x, rpmbuild -bb', 'w3.zstdio'),
      rpmbuild('the same, zstd 19', 'w19.zstdio'),
    ],
    remarks: ["rpmbuild builds our importer's spec with dpkg-deb -x as %install, its own generators, no stripping"],
  });
}

function rpmbuildMacros({ inside }: JudgeRoom, payload: string): string[] {
  const macros = {
    _topdir: `${inside}/top`,
    _binary_payload: payload,
    _build_id_links: 'none',
    debug_package: '%{nil}',
    __os_install_post: '%{nil}',
  };
  return Object.entries(macros).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
}

/** The spec that the importer derives, made buildable: its payload is the unpacked Debian package. */
async function specFor(one: LockedPackage, { inside, outside }: JudgeRoom, scratch: string): Promise<string> {
  const store = new Store(join(scratch, 'store'));
  fillStore(store.root, [one]);
  const { spec } = await importPackage({ deb: asDigest(one.sha256), store, ...importOptions });
  cpSync(store.path(asDigest(one.sha256)), join(outside, 'package.deb'));
  const install = `%install\ndpkg-deb -x ${inside}/package.deb %{buildroot}\n\n%files`;
  writeFileSync(
    join(outside, 'package.spec'),
    spec.replace(/^%files$/m, () => install),
  );
  return `${inside}/package.spec`;
}

function countFiles({ inside }: JudgeRoom): string {
  const { stdout } = judge('sh', ['-c', `rpm -qpl --nosignature ${inside}/top/RPMS/*/*.rpm`]);
  return `${stdout.split('\n').length - 1} files`;
}
