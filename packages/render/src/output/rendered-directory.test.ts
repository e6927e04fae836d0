import assert from 'node:assert/strict';
import { mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import { compareRendered } from './compare-rendered.ts';
import {
  listRendered,
  loadRendered,
  type RenderedFile,
  removeRendered,
  renderedDirectory,
  saveRendered,
} from './rendered-directory.ts';

async function directory(context: TestContext): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'slipway-rendered-'));
  context.after(() => rm(root, { recursive: true, force: true }));
  return root;
}

function file(path: string, text: string, mode = 0o644): RenderedFile {
  return { path, bytes: Buffer.from(text), mode };
}

const spec = file('GConf.spec', 'Name: GConf\n');

test('a component lies below the first character of its name, and only its files are there', async (context) => {
  const root = await directory(context);
  await saveRendered(root, 'GConf', [spec, file('tests/run', '#!/bin/sh\n', 0o755), file('old', '')]);
  await saveRendered(root, 'GConf', [spec, file('tests/run', '#!/bin/sh\n', 0o755)]);

  assert.equal(renderedDirectory(root, 'GConf'), join(root, 'g/GConf'));
  assert.deepEqual(loadRendered(root, 'GConf'), [spec, file('tests/run', '#!/bin/sh\n', 0o755)]);
  assert.deepEqual(await readdir(join(root, 'g')), ['GConf']);
  assert.deepEqual(await listRendered(root), ['GConf']);
});

test('a name with a plus sign is found under its percent-encoded name too', async (context) => {
  const root = await directory(context);
  await saveRendered(root, 'gtk+', [spec]);
  await saveRendered(root, 'gtk+', [spec]);

  assert.equal(await readlink(join(root, 'g/gtk%2B')), 'gtk+');
  assert.deepEqual(await listRendered(root), ['gtk+']);
  await removeRendered(root, 'gtk+');
  assert.deepEqual(await readdir(join(root, 'g')), []);
});

test('when writing fails, what was there stays', async (context) => {
  const root = await directory(context);
  await saveRendered(root, 'bash', [spec]);
  await assert.rejects(
    saveRendered(root, 'bash', [file('a', ''), file('a/b', '')]),
    (error) => error instanceof SlipwayError && error.code === 'CORE_FILE_ACCESS',
  );

  assert.deepEqual(loadRendered(root, 'bash'), [spec]);
  assert.deepEqual(await readdir(join(root, 'b')), ['bash']);
});

test('a component cannot be written outside of the directory', async (context) => {
  const root = await directory(context);
  for (const name of ['..', '../x', '/etc', '']) {
    await assert.rejects(
      saveRendered(root, name, [spec]),
      (error) => error instanceof SlipwayError && error.code === 'PROJECT_BAD_VALUE',
    );
  }
});

test('what would change is told by file: content, mode, and files that come and go', async (context) => {
  const root = await directory(context);
  await writeFile(join(root, 'x'), '');
  const before = [spec, file('gone', 'a\n'), file('run', 'x\n'), file('blob', 'a\0b'), file('same', 's\n')];
  const after = [
    file('GConf.spec', 'Name: GConf2\n'),
    file('new', 'b\n'),
    file('run', 'x\n', 0o755),
    file('blob', 'a\0c'),
    file('same', 's\n'),
  ];
  const differences = compareRendered(before, after);

  assert.deepEqual(
    differences.map(({ path, change }) => [path, change]),
    [
      ['GConf.spec', 'changed'],
      ['blob', 'changed'],
      ['gone', 'removed'],
      ['new', 'added'],
      ['run', 'mode'],
    ],
  );
  assert.match(differences[0]?.diff ?? '', /^--- a\/GConf\.spec\n\+\+\+ b\/GConf\.spec\n@@ -1 \+1 @@\n-Name: GConf\n/);
  assert.equal(differences[1]?.diff, 'Binary files a/blob and b/blob differ\n');
  assert.deepEqual(compareRendered(before, before), []);
});
