import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { slipway } from './fake-machine.ts';

const text = `
[project]
default-distro = { name = "up", version = "1" }
[distros.up]
default-version = "1"
[distros.up.versions.1]
dist-git-branch = "main"
default-component-config = { build = { with = ["tests"] } }
[default-component-config]
spec = { type = "upstream", upstream-distro = { name = "up" } }
[components.bash]
build.with = ["docs"]
`;

async function projectDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-config-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  await writeFile(join(directory, 'slipway.toml'), text);
  return directory;
}

test('the resolved configuration has what was inherited, and read again it stays the same', async (t) => {
  const directory = await projectDirectory(t);
  const dump = async (...args: string[]) => slipway(['-C', directory, 'config', 'dump', ...args]);
  const json = await dump('--format', 'json');
  const toml = await dump();

  assert.equal(json.status, 0);
  assert.deepEqual(JSON.parse(json.stdout).components.bash.build.with, ['tests', 'docs']);
  assert.equal((await dump('--json')).stdout, json.stdout);
  await writeFile(join(directory, 'slipway.toml'), toml.stdout);
  const again = await dump();
  assert.equal(again.stderr, '');
  assert.match(toml.stdout, /\[components\.bash/);
});

test('the schemas that editors ask for are JSON Schemas, one for each kind of file', async () => {
  for (const kind of ['project', 'overlay-file', 'image']) {
    const { status, stdout } = await slipway(['config', 'schema', '--of', kind], { directory: '/' });

    assert.equal(status, 0);
    assert.match(JSON.parse(stdout).$schema, /json-schema\.org/);
  }
  const { status, stderr } = await slipway(['config', 'schema', '--of', 'nonsense']);
  assert.equal(status, 2);
  assert.match(stderr, /error\[CLI_USAGE\].*nonsense/);
});
