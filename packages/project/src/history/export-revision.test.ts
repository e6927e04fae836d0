import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gitEnvironment, runProgram } from '@slipway/core';
import { failures, projectDirectory } from '../testing/project-directory.ts';
import { exportRevision } from './export-revision.ts';

async function repository(context: TestContext): Promise<string> {
  const root = await projectDirectory(context, {
    'base/slipway.toml': '# first\n',
    'base/-x.toml': '',
    'specs/a/a.spec': 'Name: a\n',
  });
  await git(root, 'init', '-q', '-b', 'main');
  await commit(root, 'first');
  await writeFile(join(root, 'base/slipway.toml'), '# second\n');
  await commit(root, 'second');
  return root;
}

async function commit(root: string, message: string): Promise<void> {
  await git(root, 'add', '-A');
  await git(root, '-c', 'user.name=A', '-c', 'user.email=a@example.org', 'commit', '-q', '-m', message);
}

const env = gitEnvironment({ inherited: process.env, network: false });

async function git(cwd: string, ...args: string[]): Promise<void> {
  const { status, stderr } = await runProgram('git', args, { cwd, env });
  assert.equal(status, 0, stderr);
}

test('the files of a revision are written elsewhere; index and work tree stay as they are', async (context) => {
  const root = await repository(context);
  await writeFile(join(root, 'base/slipway.toml'), '# not committed\n');
  const target = await projectDirectory(context, {});
  const without = [join(root, 'specs')];
  const { directory, commit: id } = await exportRevision(join(root, 'base'), 'HEAD~1', { target, without });

  assert.match(id, /^[0-9a-f]{40}$/);
  assert.equal(await readFile(join(directory, 'slipway.toml'), 'utf8'), '# first\n');
  assert.equal(await readFile(join(directory, '-x.toml'), 'utf8'), '');
  await assert.rejects(readFile(join(directory, '../specs/a/a.spec')));
  assert.equal(await readFile(join(root, 'base/slipway.toml'), 'utf8'), '# not committed\n');
  assert.equal(
    (await runProgram('git', ['status', '--porcelain'], { cwd: root, env })).stdout.toString(),
    ' M base/slipway.toml\n',
  );
});

test('what is no revision, and a directory without history, are told', async (context) => {
  const root = await repository(context);
  const target = await projectDirectory(context, {});
  for (const revision of ['nothing', '--all', '', 'HEAD:base']) {
    const [error] = await failures(root, () => exportRevision(root, revision, { target, without: [] }));
    assert.match(error ?? '', /^PROJECT_REVISION .*there is no revision/);
  }
  await rm(join(root, '.git'), { recursive: true });
  await mkdir(join(root, '.git'));
  const [error] = await failures(root, () => exportRevision(root, 'HEAD', { target, without: [] }));
  assert.match(error ?? '', /^PROJECT_REVISION .*it is in no git repository/);
});
