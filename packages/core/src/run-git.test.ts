import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runGit } from './run-git.ts';

test('git sees neither the settings of the user nor variables that steer it', async (context) => {
  const home = await mkdtemp(join(tmpdir(), 'slipway-git-'));
  context.after(() => rm(home, { recursive: true, force: true }));
  await writeFile(join(home, '.gitconfig'), '[user]\n\tname = Somebody\n[core]\n\tpager = false\n');
  const before = { HOME: process.env.HOME, GIT_DIR: process.env.GIT_DIR };
  context.after(() => Object.assign(process.env, before));
  process.env.HOME = home;
  process.env.GIT_DIR = '/nowhere';

  assert.equal((await runGit(['init', '-q', 'repository'], { cwd: home })).status, 0);
  const name = await runGit(['config', 'user.name'], { cwd: join(home, 'repository') });
  const given = await runGit(['config', 'user.name'], {
    cwd: join(home, 'repository'),
    config: { 'user.name': 'Given' },
  });

  assert.deepEqual([name.status, name.stdout.toString()], [1, '']);
  assert.equal(given.stdout.toString(), 'Given\n');
});
