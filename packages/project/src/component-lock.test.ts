import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import {
  componentLockFile,
  formatComponentLock,
  loadComponentLock,
  parseComponentLock,
  saveComponentLock,
} from './component-lock.ts';
import { failures, projectDirectory } from './testing/project-directory.ts';

const commit = 'c'.repeat(40);
const lock = {
  version: 1,
  importCommit: commit,
  upstreamCommit: 'd'.repeat(40),
  manualBump: 2,
  inputFingerprint: `jcs-sha256:${'e'.repeat(64)}`,
  resolutionInputHash: 'f'.repeat(64),
  fields: { 'overlays/1': '{"type":"spec-remove-tag"}', 'build.with': '["tests"]' },
} as const;

function places(directory: string) {
  return { directories: { lock: directory, log: '', work: '', output: '', renderedSpecs: '' } };
}

test('a lock has one line per value, in defined order, and is read back as it was', async (context) => {
  const project = places(await projectDirectory(context, {}));
  assert.equal(await loadComponentLock(project, 'bash'), undefined);
  await saveComponentLock(project, 'bash', lock);

  assert.deepEqual(await loadComponentLock(project, 'bash'), lock);
  assert.match(formatComponentLock(lock), /\[fields\]\n"build\.with" = "\[\\"tests\\"\]"\n"overlays\/1" = /);
});

test('a lock that azldev wrote is read', () => {
  const text = `# Managed by azldev component update. Do not edit manually.
version = 1
import-commit = '${commit}'
upstream-commit = '${commit}'
manual-bump = 0
input-fingerprint = 'sha256:${'0'.repeat(64)}'
resolution-input-hash = 'sha256:${'1'.repeat(64)}'
`;
  assert.equal(parseComponentLock('bash.lock', Buffer.from(text)).upstreamCommit, commit);
});

test('every mistake of a lock has its line', async () => {
  const text = 'version = 2\nupstream-commit = "main"\nbump = 1\n';
  const errors = await failures('/p', async () => parseComponentLock('/p/bash.lock', Buffer.from(text)));

  assert.deepEqual(
    errors.map((error) => error.split(' ', 2)),
    [
      ['PROJECT_BAD_VALUE', 'bash.lock:1:11'],
      ['PROJECT_BAD_VALUE', 'bash.lock:2:19'],
      ['PROJECT_UNKNOWN_KEY', 'bash.lock:3:1'],
    ],
  );
});

test('a component cannot have its lock outside of the directory of locks', () => {
  assert.equal(componentLockFile(places('/p/locks'), 'gtk+'), join('/p/locks', 'gtk+.lock'));
  for (const name of ['..', '../x', 'a/b', '', '.', 'a\0']) {
    assert.throws(
      () => componentLockFile(places('/p/locks'), name),
      (error) => error instanceof SlipwayError && error.code === 'PROJECT_BAD_VALUE',
    );
  }
});
