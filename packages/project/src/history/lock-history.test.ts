import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gitEnvironment, runProgram } from '@slipway/core';
import { loadProject } from '../load-project.ts';
import { projectDirectory } from '../testing/project-directory.ts';
import { loadLockHistory } from './lock-history.ts';

const upstream = 'c'.repeat(40);

function lock(fingerprint: string, bump = 0): string {
  return `version = 1\nupstream-commit = "${upstream}"\nmanual-bump = ${bump}\ninput-fingerprint = "${fingerprint}"\n`;
}

test('the commits that changed the fingerprint of a component are its history', async (context) => {
  const root = await projectDirectory(context, { 'base/slipway.toml': '', 'base/locks/bash.lock': lock('a') });
  let time = 1_760_000_000;
  const git = async (...args: string[]) => {
    const date = `${++time} +0200`;
    const config = { 'user.name': 'Ann', 'user.email': 'ann@example.org' };
    const env = gitEnvironment({ inherited: process.env, network: false, config });
    const { status, stderr } = await runProgram('git', args, {
      cwd: root,
      env: { ...env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
    });
    assert.equal(status, 0, stderr);
  };
  const commit = async (message: string, files: Record<string, string> = {}) => {
    for (const [path, text] of Object.entries(files)) {
      await writeFile(join(root, path), text);
    }
    await git('add', '-A');
    await git('commit', '-q', '-m', message);
  };
  await git('init', '-q', '-b', 'main');
  await commit('bash: first\n\nWith a body.');
  await commit('only the bump changed', { 'base/locks/bash.lock': lock('a', 1) });
  await commit('bash and zsh', { 'base/locks/bash.lock': lock('b'), 'base/locks/zsh.lock': lock('z') });
  await commit('a broken lock', { 'base/locks/zsh.lock': 'version = ' });
  await rm(join(root, 'base/locks/bash.lock'));
  await commit('bash is gone');

  const { changes: history } = await loadLockHistory(await loadProject(join(root, 'base')));
  const told = [...history].map(([name, changes]) => [
    name,
    ...changes.map(({ message, fingerprint }) => [message.split('\n')[0], fingerprint]),
  ]);

  assert.deepEqual(told.sort(), [
    ['bash', ['bash: first', 'a'], ['bash and zsh', 'b'], ['bash is gone', undefined]],
    ['zsh', ['bash and zsh', 'z'], ['a broken lock', undefined]],
  ]);
  const [first] = history.get('bash') ?? [];
  assert.deepEqual(first?.author, { name: 'Ann', email: 'ann@example.org' });
  assert.equal(first?.upstreamCommit, upstream);
  assert.equal(first?.message, 'bash: first\n\nWith a body.');
});

test('moving from azldev’s locks to ours is no change of a component, what comes later is', async (context) => {
  const root = await projectDirectory(context, { 'slipway.toml': '', 'locks/bash.lock': lock('sha256:foreign') });
  const config = { 'user.name': 'Ann', 'user.email': 'ann@example.org' };
  const env = gitEnvironment({ inherited: process.env, network: false, config });
  const git = async (...args: string[]) => {
    const { status, stderr } = await runProgram('git', args, { cwd: root, env });
    assert.equal(status, 0, stderr);
  };
  await git('init', '-q', '-b', 'main');
  for (const fingerprint of ['sha256:foreign', 'jcs-sha256:one', 'jcs-sha256:two']) {
    await writeFile(join(root, 'locks/bash.lock'), lock(fingerprint));
    await git('add', '-A');
    await git('commit', '-q', '-m', fingerprint);
  }
  const history = (await loadLockHistory(await loadProject(root))).changes.get('bash') ?? [];

  assert.deepEqual(
    history.map(({ message, fingerprint }) => [message, fingerprint]),
    [
      ['sha256:foreign', 'jcs-sha256:one'],
      ['jcs-sha256:two', 'jcs-sha256:two'],
    ],
  );
});

test('a project without a repository has no history', async (context) => {
  const directory = await projectDirectory(context, { 'slipway.toml': '' });

  assert.equal((await loadLockHistory(await loadProject(directory))).changes.size, 0);
});
