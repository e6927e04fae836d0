import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import { projectFileLoader } from './project-files.ts';

test('files of the project are loaded with their mode, those outside are refused however they are reached', async (context) => {
  const root = await mkdtemp(join(tmpdir(), 'slipway-files-'));
  context.after(() => rm(root, { recursive: true, force: true }));
  const project = join(root, 'project');
  await mkdir(join(project, 'a'), { recursive: true });
  await writeFile(join(project, 'a/run'), 'text', { mode: 0o755 });
  await writeFile(join(root, 'secret'), 'x');
  await symlink('../../secret', join(project, 'a/link'));
  await symlink('run', join(project, 'a/inner'));
  const load = projectFileLoader({ directory: project });
  const code = (path: string) =>
    load(path).then(
      ({ bytes, mode }) => `${Buffer.from(bytes)} ${mode.toString(8)}`,
      (error) => (error instanceof SlipwayError ? error.code : 'bug'),
    );

  assert.equal(await code(join(project, 'a/run')), 'text 755');
  assert.equal(await code(join(project, 'a/inner')), 'text 755');
  assert.equal(await code(join(project, 'a/link')), 'RENDER_OUTSIDE');
  assert.equal(await code(join(root, 'secret')), 'RENDER_OUTSIDE');
  assert.equal(await code('/etc/hostname'), 'RENDER_OUTSIDE');
  assert.equal(await code(join(root, 'absent')), 'RENDER_OUTSIDE');
  assert.equal(await code(join(project, 'a')), 'RENDER_NO_FILE');
  assert.equal(await code(join(project, 'a/run/x')), 'RENDER_NO_FILE');
  await assert.rejects(load(join(project, 'a/rum')), {
    code: 'RENDER_NO_FILE',
    message: 'Cannot use a/rum: there is no such file',
    hint: 'did you mean run?',
  });
});
