import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ProgramResult, runProgram, SlipwayError } from '@slipway/core';

/**
 * How a build is shut in. `root`: the kernel's namespaces directly, then an unprivileged user; `user-namespace`: the
 * same without privileges. Both have no network, no view of other processes, a read-only root and only their own
 * `/build`, `/tmp`, `/var/tmp` to write to.
 */
export type Sandbox = 'root' | 'user-namespace';

export interface SandboxRun {
  readonly sandbox: Sandbox;
  /** Directory with the root file system; it is mounted read-only. */
  readonly root: string;
  /** Directory that appears as `/build`, writable. */
  readonly top: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly timeoutSeconds: number;
  readonly onOutput?: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** The user inside a root sandbox: nobody's number, which owns no file of the machine. */
const buildUser = 65534;

/**
 * Makes the mounts inside fresh namespaces, then runs the command. `$1` root, `$2` top, rest: how to go on. The shell
 * stays as the first process: one that changes its user would no longer end with its parent (prctl(2),
 * PR_SET_PDEATHSIG), and a build that is over time would run on. Both outputs are one, so that the log keeps their order.
 */
const setup = `
set -eu
root=$1; top=$2; shift 2
mount --make-rprivate /
mount --bind "$root" "$root"
cd "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755,size=1m tmpfs "$root/dev"
for node in null zero full random urandom tty; do
  : > "$root/dev/$node"
  mount --bind "/dev/$node" "$root/dev/$node"
done
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/0 "$root/dev/stdin"
ln -s /proc/self/fd/1 "$root/dev/stdout"
ln -s /proc/self/fd/2 "$root/dev/stderr"
mkdir "$root/dev/shm"
for scratch in dev/shm tmp var/tmp; do
  mount -t tmpfs -o mode=1777 tmpfs "$root/$scratch"
done
mount --bind "$top" "$root/build"
mount -o remount,bind,ro "$root" || mount -o remount,bind,ro,nosuid,nodev "$root"
"$@" 2>&1 && exit 0 || exit $?
`;

/** The best sandbox of this machine. Throws BUILD_NO_SANDBOX when there is none. */
export async function chooseSandbox(isRoot: boolean): Promise<Sandbox> {
  const candidates: Sandbox[] = isRoot ? ['root', 'user-namespace'] : ['user-namespace'];
  const failures: string[] = [];
  for (const sandbox of candidates) {
    const probe = await runProgram('unshare', [...namespaces(sandbox), 'sh', '-c', 'mount -t tmpfs tmpfs /mnt']);
    if (probe.status === 0) {
      return sandbox;
    }
    failures.push(`${sandbox}: ${probe.stderr.trim()}`);
  }
  throw new SlipwayError('BUILD_NO_SANDBOX', `Cannot build packages: no sandbox works here (${failures.join('; ')})`, {
    hint: 'allow unprivileged user namespaces (sysctl user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns) or run as root',
  });
}

export async function runInSandbox(run: SandboxRun): Promise<ProgramResult> {
  if (run.sandbox === 'root') {
    await chown(run.top, buildUser, buildUser);
  }
  const scratch = await mkdtemp(join(tmpdir(), 'slipway-build-'));
  try {
    const args = [...namespaces(run.sandbox), 'sh', '-c', setup, 'sandbox', run.root, run.top, ...inside(run)];
    return await runProgram('unshare', args, {
      cwd: scratch,
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      logFile: run.logFile,
      timeoutSeconds: run.timeoutSeconds,
      ...(run.onOutput === undefined ? {} : { onOutput: run.onOutput }),
      ...(run.signal === undefined ? {} : { signal: run.signal }),
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function namespaces(sandbox: Sandbox): string[] {
  const common = ['--mount', '--net', '--pid', '--ipc', '--uts', '--fork', '--kill-child'];
  return sandbox === 'root' ? common : ['--user', '--map-root-user', ...common];
}

/** Enters the root as an unprivileged user and runs the command with exactly the given environment. */
function inside(run: SandboxRun): string[] {
  const environment = Object.entries(run.env).map(([name, value]) => `${name}=${value}`);
  const command = ['/usr/bin/env', '-i', ...environment, '--chdir=/build', ...run.command];
  if (run.sandbox === 'root') {
    return ['chroot', `--userspec=${buildUser}:${buildUser}`, '--groups=', run.root, ...command];
  }
  return ['unshare', '--user', '--map-user=1000', '--map-group=1000', `--root=${run.root}`, '--wd=/build', ...command];
}
