/**
 * Gets the independent tools that judge what Slipway writes: Debian packages for this machine, and a root tree with
 * the newest rpm, dnf5 and createrepo_c (this machine's Debian has none or older ones). Needs root; without it, or
 * without a reachable Debian archive, the tests that need a missing judge are skipped.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { debianArchive } from '../test/support/debian-archive.ts';
import { judgeTree } from '../test/support/judge-tree.ts';

const machinePackages: Readonly<Record<string, string>> = {
  binutils: 'objdump',
  crun: 'crun',
  'cryptsetup-bin': 'veritysetup',
  diffutils: 'diff3',
  e2fsprogs: 'e2fsck',
  'erofs-utils': 'fsck.erofs',
  dosfstools: 'fsck.vfat',
  mtools: 'mdir',
  gcc: 'gcc',
  gdisk: 'sgdisk',
  git: 'git',
  fdisk: 'sfdisk',
  'qemu-system-x86': 'qemu-system-x86_64',
  'qemu-utils': 'qemu-img',
  'libc6-dev': '/usr/include/stdio.h',
  mount: 'mount',
  ovmf: '/usr/share/OVMF/OVMF_CODE_4M.fd',
  runc: 'runc',
  skopeo: 'skopeo',
  umoci: 'umoci',
  sbsigntool: 'sbverify',
  mmdebstrap: 'mmdebstrap',
  cpio: 'cpio',
  chromium: 'chromium',
  'libarchive-tools': 'bsdtar',
  'libvhdi-utils': 'vhdiinfo',
  genisoimage: 'isoinfo',
  xorriso: 'xorriso',
  gpgv: 'gpgv',
  'openssh-client': 'ssh',
  bzip2: 'bzip2',
  'xz-utils': 'xz',
  zstd: 'zstd',
};

const treePackages =
  'dnf5,rpm,createrepo-c,libsolv-tools,librpm-sequoia-1,sq,zstd,xz-utils,cpio,gnupg,ca-certificates,systemd-boot-efi,systemd-ukify,binutils,systemd,udev,kmod,python3-spdx-tools,erofs-utils,systemd-repart,libfdisk1,libcryptsetup12';

function has(program: string): boolean {
  const places = program.startsWith('/')
    ? [program]
    : ['/usr/sbin', '/usr/bin', '/sbin', '/bin'].map((path) => join(path, program));
  return places.some(existsSync);
}

function run(command: string, args: readonly string[]): boolean {
  const result = spawnSync(command, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return result.status === 0;
}

function installMachinePackages(): void {
  const missing = Object.entries(machinePackages)
    .filter(([, program]) => !has(program))
    .map(([name]) => name);
  if (missing.length === 0) {
    return;
  }
  process.stderr.write(`Installing Debian packages for the tests: ${missing.join(' ')}\n`);
  const install = () => run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing]);
  if (!install() && !(run('apt-get', ['update', '-q']) && install())) {
    process.stderr.write('They could not be installed; the tests that need them are skipped.\n');
  }
}

function buildJudgeTree(): void {
  const stamp = join(judgeTree, '.slipway-judges');
  const wanted = createHash('sha256').update(treePackages).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
    return;
  }
  const archive = debianArchive();
  if (archive === undefined || !has('mmdebstrap')) {
    process.stderr.write('No Debian archive or no mmdebstrap: tests with rpm, dnf5 and createrepo_c are skipped.\n');
    return;
  }
  process.stderr.write('Building the tree of judges (rpm 6, dnf5, createrepo_c), about a minute ...\n');
  const temporary = `${judgeTree}.new`;
  const sources = join(homedir(), '.cache/slipway/judge.sources');
  mkdirSync(dirname(sources), { recursive: true });
  rmSync(temporary, { recursive: true, force: true });
  writeFileSync(
    sources,
    `Types: deb\nURIs: ${archive.uri}\nSuites: forky\nComponents: main\nSigned-By: ${archive.keyring}\n`,
  );
  const options = ['APT::Install-Recommends "false"', 'Acquire::Check-Valid-Until "false"'].map(
    (option) => `--aptopt=${option}`,
  );
  if (
    run('mmdebstrap', [
      '--quiet',
      '--mode=root',
      '--variant=apt',
      `--include=${treePackages}`,
      ...options,
      'forky',
      temporary,
      sources,
    ])
  ) {
    writeFileSync(join(temporary, '.slipway-judges'), wanted);
    rmSync(judgeTree, { recursive: true, force: true });
    renameSync(temporary, judgeTree);
  } else {
    process.stderr.write('The tree could not be built; the tests that need it are skipped.\n');
  }
}

if (process.getuid?.() === 0) {
  installMachinePackages();
  buildJudgeTree();
} else {
  process.stderr.write('Not root: tests whose judges are not installed are skipped.\n');
}
