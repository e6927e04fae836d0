import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import { findEmulator } from '../../apps/cli/src/boot/find-emulator.ts';
import { slipway } from '../support/slipway.ts';
import { missingPrograms, visibleSkip } from '../support/visible-skip.ts';
import { assertFault, assertUnharmed } from './support/assert-fault.ts';
import { builtProject } from './support/built-project.ts';

const skip = visibleSkip(missingPrograms('apt-get'));
const open: { stop(): Promise<void> }[] = [];
after(() => Promise.all(open.map((each) => each.stop())));

async function built() {
  const made = await builtProject();
  open.push(made);
  return made;
}

const usualPlaces = ['/usr/bin/qemu-system-x86_64', '/usr/local/bin/qemu-system-x86_64', '/usr/libexec/qemu-kvm'];

test('without qemu an image is not booted, and the packages to install are named', { skip }, async () => {
  const { project } = await built();
  const disk = join(project.output, 'images/main/main.raw');
  await writeFile(disk, Buffer.alloc(4096));
  const searchPath = await mkdtemp(join(tmpdir(), 'slipway-path-'));
  open.push({ stop: () => rm(searchPath, { recursive: true }) });
  const expected = {
    code: 'CLI_NO_QEMU',
    status: 3,
    message: /Cannot boot an image: qemu-system-x86_64 is not installed/,
    hint: /apt install qemu-system-x86 ovmf/,
  } as const;
  const error = await findEmulator(searchPath, []).then(
    () => assert.fail('it was found'),
    (cause: unknown) => cause,
  );
  assert.ok(error instanceof SlipwayError);
  assertFault(error, expected);
  for (const name of ['sh', 'dirname', 'readlink', 'env']) {
    await symlink(programPath(name), join(searchPath, name));
  }
  const args = ['image', 'boot', 'main', '--project', project.directory];
  const { status, stderr } = await withoutFiles(usualPlaces.filter(existsSync), args, {
    ...project.env,
    PATH: searchPath,
  });
  assert.equal(status, 3, stderr);
  assert.match(stderr, /error\[CLI_NO_QEMU\]: Cannot boot an image/);
  assert.match(stderr, /hint: install it \(Debian and Ubuntu: apt install qemu-system-x86 ovmf/);
});

function programPath(name: string): string {
  return spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
}

/** Runs the command where these files are hidden: in a mount namespace, an unreadable file is bound over each. */
async function withoutFiles(paths: readonly string[], args: readonly string[], env: Record<string, string>) {
  const checkout = join(import.meta.dirname, '../..');
  const hide = paths.map((path) => `mount --bind /dev/null ${path} && `).join('');
  const script = `${hide}PATH=$1 && shift && exec "$@"`;
  const command = ['--mount', '/bin/sh', '-c', script, 'sh', env.PATH ?? '', join(checkout, 'slipway'), ...args];
  if (paths.length === 0) {
    return slipway(args, { env });
  }
  const child = spawnSync('unshare', command, { env: { ...env, PATH: process.env.PATH ?? '' }, encoding: 'utf8' });
  return { status: child.status, stderr: child.stderr };
}

const spec = `Name: tiny
Version: 1
Release: 1
Summary: A package of a test
License: MIT
BuildArch: noarch

%description
A package of a test.

%files
`;

test('where no sandbox works a component is not built, and the settings to change are named', { skip }, async () => {
  const { project, outputs } = await built();
  await project.write('tiny.spec', spec);
  await project.edit('slipway.toml', (text) =>
    text.replace(
      '[snapshots.test]',
      '[components.tiny]\nspec = { type = "local", path = "tiny.spec" }\n\n[snapshots.test]',
    ),
  );
  const tools = await mkdtemp(join(tmpdir(), 'slipway-tools-'));
  open.push({ stop: () => rm(tools, { recursive: true }) });
  // as util-linux says it when user.max_user_namespaces is 0 or an LSM forbids it
  await writeFile(
    join(tools, 'unshare'),
    '#!/bin/sh\necho "unshare: unshare failed: Operation not permitted" >&2\nexit 1\n',
  );
  await chmod(join(tools, 'unshare'), 0o755);
  const env = { ...project.env, PATH: `${tools}:${process.env.PATH ?? ''}` };
  const { status, stderr } = await slipway(['build', '--project', project.directory], { env });
  assert.equal(status, 3, stderr);
  assert.match(
    stderr,
    /error\[BUILD_NO_SANDBOX\]: Cannot build packages: no sandbox works here \(.*Operation not permitted/,
  );
  assert.match(
    stderr,
    /hint: allow unprivileged user namespaces \(sysctl user\.max_user_namespaces, .*\) or run as root/,
  );
  await assertUnharmed(project, outputs);
  await project.edit('slipway.toml', (text) => text.replace(/\[components\.tiny\]\n.*\n\n/, ''));
  const { result } = await project.run();
  assert.deepEqual(
    result.stages.filter(({ upToDate }) => !upToDate).map(({ stage }) => stage),
    [],
  );
});

const skipKernel =
  skip || missingPrograms('unshare', 'setpriv') || (process.getuid?.() !== 0 && 'needs root, to become nobody');

test("the kernel's own refusal of user namespaces is told the same way", { skip: skipKernel }, async () => {
  const { project } = await built();
  const script = join(project.root, 'probe.ts');
  const build = join(import.meta.dirname, '../../packages/build/src/index.ts');
  await mkdir(dirname(script), { recursive: true });
  await writeFile(
    script,
    `import { chooseSandbox } from ${JSON.stringify(build)};\nawait chooseSandbox(false).then(() => console.log('none'), (error) => console.log(error.code));\n`,
  );
  const limit = 'echo 0 > /proc/sys/user/max_user_namespaces 2>/dev/null || exit 99; exec "$@"';
  const inner = ['--user', '--map-root-user', 'sh', '-c', limit, 'sh', process.execPath, script];
  const { status, stdout, stderr } = spawnSync('unshare', inner, { encoding: 'utf8' });
  if (status !== 99) {
    assert.equal(stdout.trim(), 'BUILD_NO_SANDBOX', stderr);
  }
});
