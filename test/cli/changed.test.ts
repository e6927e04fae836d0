import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { slipway } from './fake-machine.ts';

const base = `
[distros.up]
default-version = "1"
[distros.up.versions.1]
dist-git-branch = "main"
[default-component-config]
spec = { type = "upstream", upstream-distro = { name = "up", snapshot = "SNAPSHOT" } }
[components.quiet]
[components.tool]
spec = { type = "local", path = "tool/tool.spec" }
`;
const first = `${base.replace('SNAPSHOT', '2026-02-24T00:00:00Z')}
[components.gone]
[components.patched]
[[components.patched.overlays]]
type = "patch-add"
source = "fix.patch"
description = "Says this"
`;
const second = `${base.replace('SNAPSHOT', '2026-02-24T00:00:00Z')}
[components.fresh]
[components.patched]
build.with = ["tests"]
[[components.patched.overlays]]
type = "patch-add"
source = "fix.patch"
description = "Says that"
`;
const commit = 'c'.repeat(40);

let directory = '';

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-changed-test-'));
  await write({ 'slipway.toml': first, 'fix.patch': 'one\n', 'tool/tool.spec': 'Name: tool\n', 'tool/data': 'a\n' });
  git('init', '-q', '-b', 'main');
  record('v1');
  await write({
    'slipway.toml': second,
    'fix.patch': 'two\n',
    'tool/data': 'b\n',
    'locks/quiet.lock': `version = 1\nupstream-commit = "${commit}"\n`,
  });
  record('v2');
});

after(() => rm(directory, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), content);
  }
}

function git(...args: readonly string[]): void {
  const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.org'];
  execFileSync('git', [...who, ...args], { cwd: directory });
}

function record(tag: string): void {
  git('add', '-A');
  git('commit', '-q', '-m', tag);
  git('tag', tag);
}

test('what changed between two revisions is told by component and field', async () => {
  const { status, stdout, stderr } = await slipway([
    '-C',
    directory,
    'component',
    'changed',
    '--from',
    'v1',
    '--to',
    'v2',
    '--json',
  ]);
  assert.equal(status, 0, stderr);
  const changes = JSON.parse(stdout) as { component: string; change: string; fields: { field: string }[] }[];

  assert.deepEqual(
    changes.map(({ component, change, fields }) => [component, change, ...fields.map(({ field }) => field)]),
    [
      ['fresh', 'added'],
      ['gone', 'removed'],
      ['patched', 'changed', 'build.with', 'overlays/1'],
      ['quiet', 'changed', 'upstream.commit', 'upstream.snapshot'],
      ['tool', 'changed', 'files/data'],
    ],
  );
});

test('without a later revision the files as they are count, and nothing is left behind', async () => {
  const { status, stdout } = await slipway(['-C', directory, 'component', 'changed', '--from', 'v2']);

  assert.equal(status, 0);
  assert.match(stdout, /^0 components to rebuild \(0 added, 0 changed\); 0 removed, 4 unchanged\n$/);
  assert.equal(execFileSync('git', ['status', '--porcelain'], { cwd: directory }).toString(), '');
});

test('a revision that does not exist is an error', async () => {
  const { status, stderr } = await slipway(['-C', directory, 'component', 'changed', '--from', 'v9']);

  assert.equal(status, 2);
  assert.match(stderr, /error\[PROJECT_REVISION\].*there is no revision "v9"/);
});
