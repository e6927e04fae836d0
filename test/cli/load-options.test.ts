import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { slipway } from './fake-machine.ts';

const files = {
  'project/azldev.toml':
    '[project]\ndescription = "from the project"\n[distros.a]\ndescription = "a"\ncolour = "red"\n',
  'home/.config/azldev/config.toml': '[project]\ndescription = "from the user"\n',
  'home/.config/slipway/config.toml': '[project]\ndescription = "not of this project"\n',
  'one.toml': '[project]\ndescription = "one"\n',
  'two.toml': '[project]\ndescription = "two"\n',
};

async function directoryWith(context: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-load-'));
  context.after(() => rm(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  return directory;
}

test('further files win in their order, the user’s own before them; unknown keys can be warnings', async (context) => {
  const directory = await directoryWith(context);
  const machine = { directory, home: join(directory, 'home') };
  const description = async (...args: string[]) => {
    const { stdout, stderr } = await slipway(
      ['-C', 'project', '--permissive-config', ...args, 'config', 'dump', '--json'],
      machine,
    );
    assert.notEqual(stdout, '', stderr);
    return (JSON.parse(stdout) as { project: { description: string } }).project.description;
  };

  assert.equal(await description(), 'from the user');
  assert.equal(await description('--no-default-config'), 'from the project');
  assert.equal(await description('--config-file', 'one.toml', '--config-file', 'two.toml'), 'two');
});

test('what was accepted although it is wrong is told on stderr, with its place', async (context) => {
  const directory = await directoryWith(context);
  const machine = { directory, home: join(directory, 'home') };
  const strict = await slipway(['-C', 'project', 'component', 'list'], machine);
  const permissive = await slipway(['-C', 'project', '--permissive-config', 'component', 'list'], machine);

  assert.equal(strict.status, 2);
  assert.match(strict.stderr, /error\[PROJECT_UNKNOWN_KEY\]/);
  assert.equal(permissive.status, 0);
  assert.match(permissive.stderr, /^project\/azldev\.toml:5:1: warning\[PROJECT_UNKNOWN_KEY\]: .*colour/);
});
