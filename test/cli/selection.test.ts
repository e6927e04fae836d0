import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { slipway } from './fake-machine.ts';

const text = `
[distros.up]
default-version = "1"
[distros.up.versions.1]
dist-git-branch = "main"
[default-component-config]
spec = { type = "upstream", upstream-distro = { name = "up" } }
[components.bash]
[[components.bash.overlays]]
type = "spec-set-tag"
tag = "Summary"
value = "a, \\"b\\""
[components.rust-a]
[components.rust-b]
[component-groups.shells]
components = ["bash"]
`;

let directory = '';

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-selection-'));
  await writeFile(join(directory, 'slipway.toml'), text);
});

after(() => rm(directory, { recursive: true, force: true }));

async function names(...args: readonly string[]): Promise<string[]> {
  const { status, stdout, stderr } = await slipway(['-C', directory, 'component', 'list', '--format', 'json', ...args]);
  assert.equal(status, 0, stderr);
  return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
}

test('components are chosen by name, pattern and group, without repetition and in order of their names', async () => {
  assert.deepEqual(await names(), ['bash', 'rust-a', 'rust-b']);
  assert.deepEqual(await names('--all'), ['bash', 'rust-a', 'rust-b']);
  assert.deepEqual(await names('rust-*'), ['rust-a', 'rust-b']);
  assert.deepEqual(await names('rust-b', '{bash,rust-b}'), ['bash', 'rust-b']);
  assert.deepEqual(await names('rust-a', '-g', 'shells'), ['bash', 'rust-a']);
});

test('a name, pattern or group that chooses nothing is an error with the nearest names', async () => {
  for (const [args, hint] of [
    [['bsah'], 'did you mean bash?'],
    [['zsh-*'], 'none of the project matches zsh-*'],
    [['-g', 'shell'], 'did you mean shells?'],
  ] as const) {
    const { status, stderr } = await slipway(['-C', directory, 'component', 'list', ...args]);
    assert.equal(status, 2);
    assert.match(stderr, /error\[PROJECT_UNKNOWN_NAME\]/);
    assert.ok(stderr.includes(hint), stderr);
  }
});

test('the list is a table, JSON, CSV or Markdown', async () => {
  const run = async (...args: string[]) => (await slipway(['-C', directory, 'component', 'list', ...args])).stdout;

  assert.match(await run('bash'), /^component {2}spec .*\n-+ .*\nbash .* 1\n\n1 component, 1 overlay\n$/);
  assert.equal(await run('--format', 'csv', 'bash'), 'component,spec,from,overlays\nbash,upstream,bash of up 1,1\n');
  assert.equal(
    await run('--format', 'markdown', 'bash'),
    '| component | spec | from | overlays |\n| --- | --- | --- | ---: |\n| bash | upstream | bash of up 1 | 1 |\n',
  );
  assert.equal(await run('--format', 'json', 'bash'), await run('--json', 'bash'));
});
