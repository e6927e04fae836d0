import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { aptSources } from '../../apps/cli/src/machine/apt-sources.ts';
import { cacheDirectory, stateDirectory } from '../../apps/cli/src/machine/directories.ts';
import { Interrupted, interruptible } from '../../apps/cli/src/machine/interruption.ts';
import type { Machine } from '../../apps/cli/src/machine/machine.ts';
import { checkout, slipway } from './fake-machine.ts';

function directories(env: Machine['env']): string[] {
  const machine = { env, home: '/home/a', directory: '/work' } as Machine;
  return [cacheDirectory(machine), stateDirectory(machine)];
}

test('directories follow SLIPWAY_*, then XDG, then the home directory', () => {
  assert.deepEqual(directories({}), ['/home/a/.cache/slipway', '/home/a/.local/state/slipway']);
  assert.deepEqual(directories({ XDG_CACHE_HOME: '/c', XDG_STATE_HOME: '/s' }), ['/c/slipway', '/s/slipway']);
  assert.deepEqual(directories({ SLIPWAY_CACHE: '/mine', SLIPWAY_STATE: 'kept' }), ['/mine', '/work/kept']);
});

test('an XDG directory that is not absolute counts as unset', () => {
  assert.deepEqual(directories({ XDG_CACHE_HOME: 'c', SLIPWAY_STATE: '' }), [
    '/home/a/.cache/slipway',
    '/home/a/.local/state/slipway',
  ]);
});

test('apt sources are the files that apt reads', async (context) => {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-apt-'));
  context.after(() => rm(directory, { recursive: true, force: true }));
  assert.deepEqual(await aptSources(directory), []);

  await writeFile(join(directory, 'sources.list'), '');

  assert.deepEqual(await aptSources(directory), [join(directory, 'sources.list')]);
});

test('a signal aborts the work, and whatever it throws means that it was interrupted', async () => {
  const work = (signal: AbortSignal) =>
    new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('half done')));
      process.emit('SIGTERM');
    });

  await assert.rejects(interruptible(work, neverEnds), Interrupted);
  assert.equal(process.listenerCount('SIGTERM'), 0);
});

test('errors of work that nobody interrupted stay what they are', async () => {
  await assert.rejects(
    interruptible(async () => Promise.reject(new RangeError('own')), neverEnds),
    RangeError,
  );
});

test('an interrupted run ends with status 130 and says how to go on', async () => {
  const { status, stderr } = await slipway(['build', '--progress', 'none'], {
    interruptible: async () => Promise.reject(new Interrupted('interrupted')),
  });

  assert.equal(status, 130);
  assert.equal(stderr, 'interrupted; run the same command again: it continues\n');
});

test('the launcher works from any directory and through a symbolic link', async (context) => {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-launcher-'));
  context.after(() => rm(directory, { recursive: true, force: true }));
  const linked = join(directory, 'linked');
  await symlink(join(checkout, 'slipway'), linked);

  assert.equal(execFileSync(linked, ['--version'], { cwd: directory, encoding: 'utf8' }), '0.1.0\n');
});

test('a reader that has seen enough is no error', () => {
  const { stdout, stderr } = spawnSync('sh', ['-c', '(./slipway error; echo "status $?" >&2) | head -n 1'], {
    cwd: checkout,
    encoding: 'utf8',
  });

  assert.match(stdout, /^code/);
  assert.equal(stderr, 'status 0\n');
});

function neverEnds(): never {
  throw new Error('the run was ended');
}
