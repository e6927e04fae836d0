import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gitEnvironment } from '@slipway/core';
import { openUpstream } from '../../testing/upstream-fixture.ts';
import { withRetries } from '../with-retries.ts';
import { gitFailure, isRefusedById } from './git-failure.ts';
import { GitProgram } from './git-program.ts';

test('a pack that is too large is cut off, whatever the server goes on sending', async (t) => {
  const upstream = await openUpstream(t);
  const noise = createHash('shake256', { outputLength: 400_000 }).update('noise').digest();
  upstream.history.commit({ message: 'large', time: 1, files: { noise } });
  const directory = join(upstream.directory, 'bare');
  mkdirSync(directory);
  const git = new GitProgram(upstream.options(), 64 << 10);
  await git.local({ directory, args: ['init', '--bare', '--quiet', '--template='] });
  const args = ['fetch', '--no-tags', 'origin', '+refs/heads/rawhide:refs/heads/rawhide'];

  await assert.rejects(git.remote({ directory, uri: upstream.uri, args }), { code: 'UPSTREAM_TOO_LARGE' });
  assert.deepEqual(upstream.waits, []);
});

test('git sees nothing of the environment but where programs, proxies and keys are', () => {
  const inherited = {
    ...{ PATH: '/bin', https_proxy: 'p', GIT_DIR: '/evil', GIT_SSH_COMMAND: 'evil', LD_PRELOAD: 'evil' },
    ...{ GIT_CONFIG_COUNT: '9', GIT_CONFIG_PARAMETERS: 'evil', XDG_CONFIG_HOME: '/evil' },
  };
  const local = gitEnvironment({ inherited, directory: '/cache', network: false });
  const remote = gitEnvironment({ inherited, directory: '/cache', network: true, config: { 'a.b': '--c' } });

  assert.equal(Object.values(local).includes('evil'), false);
  assert.deepEqual([local['PATH'], local['https_proxy'], local['GIT_DIR']], ['/bin', 'p', '/cache']);
  assert.equal(local['XDG_CONFIG_HOME'], undefined);
  assert.deepEqual([local['GIT_ALLOW_PROTOCOL'], remote['GIT_ALLOW_PROTOCOL']], ['none', 'https:http:file:git:ssh']);
  const last = Number(remote['GIT_CONFIG_COUNT']) - 1;
  assert.deepEqual([remote[`GIT_CONFIG_KEY_${last}`], remote[`GIT_CONFIG_VALUE_${last}`]], ['a.b', '--c']);
});

test('what git says becomes the error that it means', () => {
  const uri = 'https://example.org/demo';
  const codeOf = (stderr: string) => gitFailure(uri, { status: 128, stderr }).code;

  assert.equal(codeOf(`fatal: repository '${uri}/' not found\n`), 'UPSTREAM_NO_REPOSITORY');
  assert.equal(codeOf('fatal: remote error: access denied or repository not exported: /x'), 'UPSTREAM_NO_REPOSITORY');
  assert.equal(codeOf("fatal: couldn't find remote ref refs/heads/f43"), 'UPSTREAM_NO_BRANCH');
  assert.equal(codeOf('fatal: write error: No space left on device'), 'CORE_DISK_FULL');
  assert.equal(codeOf("fatal: transport 'ext' not allowed"), 'UPSTREAM_BAD_ADDRESS');
  assert.equal(codeOf('fatal: the remote end hung up unexpectedly'), 'UPSTREAM_NETWORK');
  assert.equal(
    isRefusedById(gitFailure(uri, { status: 1, stderr: 'error: Server does not allow request for x' })),
    true,
  );
  assert.equal(
    gitFailure(uri, { status: 128, stderr: 'Receiving: 1%\rReceiving: 2%\rfatal: early EOF' }).message.endsWith(
      'fatal: early EOF',
    ),
    true,
  );
  assert.equal(gitFailure(uri, { status: 7, stderr: '' }).message.endsWith('git ended with status 7'), true);
});

test('attempts wait 2 seconds, then double, at most 30; refusals are not tried again', async () => {
  const waits: number[] = [];
  const policy = { retries: 6, wait: async (seconds: number) => void waits.push(seconds) };
  const broken = gitFailure('x', { status: 128, stderr: 'fatal: early EOF' });
  const refused = gitFailure('x', { status: 128, stderr: "fatal: Authentication failed for 'x'" });

  await assert.rejects(
    withRetries(policy, () => Promise.reject(broken)),
    /\(7 attempts\)$/,
  );
  assert.deepEqual(waits, [2, 4, 8, 16, 30, 30]);
  await assert.rejects(
    withRetries(policy, () => Promise.reject(refused)),
    /Authentication failed/,
  );
  assert.equal(waits.length, 6);
});
