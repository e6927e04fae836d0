import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { completeLock, type PackageLock } from '../tools/package-lock.ts';

const root = join(import.meta.dirname, '..');
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as PackageLock;

test('the lock has every optional package, so that npm ci takes it on any registry', () => {
  const complete = Object.keys(completeLock(lock).packages);
  const missing = complete.filter((path) => !(path in lock.packages));

  assert.deepEqual(missing, [], 'run node_modules/.bin/node tools/complete-lock.ts');
});

test('the lock has the dependencies that the packages declare', () => {
  const workspaces = ['packages', 'apps'].flatMap((place) =>
    readdirSync(join(root, place)).map((name) => `${place}/${name}`),
  );
  for (const path of workspaces) {
    const manifest = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')) as PackageLock['packages'][''];
    assert.deepEqual(lock.packages[path]?.dependencies ?? {}, manifest?.dependencies ?? {}, path);
  }
});

test('the lock names no registry', () => {
  assert.doesNotMatch(JSON.stringify(lock), /"resolved":"[a-z+]+:\/\//);
});

test('a missing package is added for the platform that its name says', () => {
  const optionalDependencies = { '@a/binding-linux-arm-musleabihf': '1.0.0', '@a/win32-x64': '1.0.0' };
  const given: PackageLock = { packages: { 'node_modules/a': { version: '1.0.0', optionalDependencies } } };
  const { packages } = completeLock(given);

  assert.deepEqual(packages['node_modules/@a/binding-linux-arm-musleabihf'], {
    version: '1.0.0',
    cpu: ['arm'],
    libc: ['musl'],
    optional: true,
    os: ['linux'],
  });
  assert.deepEqual(packages['node_modules/@a/win32-x64'], {
    version: '1.0.0',
    cpu: ['x64'],
    optional: true,
    os: ['win32'],
  });
});
