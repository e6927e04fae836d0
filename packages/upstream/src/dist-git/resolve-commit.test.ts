import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openUpstream, type UpstreamFixture } from '../testing/upstream-fixture.ts';
import { objectId } from './git/git-object.ts';
import type { CommitRequest } from './resolve-commit.ts';
import { parseInstant } from './snapshot-commit.ts';

const day = 86_400;
const start = parseInstant('2026-01-01T00:00:00Z');

function request({ uri }: UpstreamFixture, rest: Partial<CommitRequest>): CommitRequest {
  return { component: 'demo', branch: 'f43', uri, ...rest };
}

/** f43 leaves rawhide on day 10; rawhide goes on with days 12 and 14; f43 gets a commit on day 20. */
function branches({ history }: UpstreamFixture) {
  const first = history.commit({ message: 'first', time: start, files: { 'demo.spec': 'Version: 1\n' } });
  history.branch('f43');
  const old = history.commit({ message: 'old', time: start + 10 * day, files: { 'demo.spec': 'Version: 2\n' } });
  history.branch('rawhide', first);
  history.commit({ message: 'rebuild', time: start + 12 * day, files: { 'demo.spec': 'Version: 3\n' } });
  const rebuilt = history.commit({ message: 'more', time: start + 14 * day, files: { 'demo.spec': 'Version: 4\n' } });
  history.branch('f43', old);
  const late = history.commit({ message: 'late', time: start + 20 * day, files: { other: '' } });
  return { first, old, rebuilt, late };
}

test('a later merge of rawhide does not change what a branch was at a time, as it does over all parents', async (t) => {
  const upstream = await openUpstream(t);
  const { old, rebuilt } = branches(upstream);
  const snapshot = '2026-01-16T00:00:00Z';
  const overAllParents = () => upstream.history.git(['rev-list', '-1', `--before=${parseInstant(snapshot)}`, 'f43']);

  assert.equal(overAllParents(), old);
  const before = await upstream.distGit().resolveCommit(request(upstream, { snapshot }));
  upstream.history.merge('rawhide', start + 30 * day);
  const cacheDirectory = `${upstream.directory}/another`;
  const after = await upstream.distGit({ cacheDirectory }).resolveCommit(request(upstream, { snapshot }));

  assert.equal(overAllParents(), rebuilt);
  assert.deepEqual(
    [before, after],
    [
      { commit: old, how: 'snapshot' },
      { commit: old, how: 'snapshot' },
    ],
  );
});

test('the order of choice: locked, pinned, snapshot, head; a commit off the first parents may be named', async (t) => {
  const upstream = await openUpstream(t);
  const { old, rebuilt, late, first } = branches(upstream);
  upstream.history.merge('rawhide', start + 30 * day);
  const head = upstream.history.git(['rev-parse', 'f43']);
  const snapshot = '2026-01-22T00:00:00Z';
  const run = upstream.distGit();
  const resolve = (rest: Partial<CommitRequest>) => run.resolveCommit(request(upstream, rest));

  assert.deepEqual(await resolve({ snapshot, pin: old, locked: rebuilt }), { commit: rebuilt, how: 'locked' });
  assert.deepEqual(await resolve({ snapshot, pin: old }), { commit: old, how: 'pinned' });
  assert.deepEqual(await resolve({ snapshot }), { commit: late, how: 'snapshot' });
  assert.deepEqual(await resolve({}), { commit: head, how: 'head' });
  assert.deepEqual(await resolve({ pin: first.slice(0, 9).toUpperCase() }), { commit: first, how: 'pinned' });
});

test('where clocks were wrong the commit that came last wins over its parents', async (t) => {
  const upstream = await openUpstream(t);
  const [ahead, behind] = [
    upstream.history.commit({ message: 'clock ahead', time: start + 10 * day }),
    upstream.history.commit({ message: 'clock behind', time: start + 5 * day }),
  ];
  upstream.history.commit({ message: 'later', time: start + 20 * day });
  const resolve = async (snapshot: string) =>
    (await upstream.distGit().resolveCommit(request(upstream, { branch: 'rawhide', snapshot }))).commit;

  assert.equal(await resolve('2026-01-07T00:00:00Z'), behind);
  assert.equal(await resolve('2026-01-12T00:00:00Z'), behind);
  assert.notEqual(await resolve('2026-01-12T00:00:00Z'), ahead);
});

test('a tag of the same name is not the branch', async (t) => {
  const upstream = await openUpstream(t);
  const { first, late } = branches(upstream);
  upstream.history.git(['tag', 'f43', first]);

  assert.equal((await upstream.distGit().resolveCommit(request(upstream, {}))).commit, late);
});

test('a locked commit that was pushed away is an error that says where it was looked for', async (t) => {
  const upstream = await openUpstream(t);
  const { late, old } = branches(upstream);
  await upstream.distGit().resolveCommit(request(upstream, { locked: late }));
  upstream.history.branch('f43', old);
  const other = upstream.history.commit({ message: 'rewritten', time: start + 40 * day });
  assert.equal((await upstream.distGit().resolveCommit(request(upstream, {}))).commit, other);

  await assert.rejects(
    upstream.distGit().resolveCommit(request(upstream, { locked: late, lockedAt: '2026-01-21T00:00:00Z' })),
    (error: { code: string; message: string; hint: string }) =>
      error.code === 'UPSTREAM_COMMIT_UNREACHABLE' &&
      error.message.includes(`locked commit ${late} (locked 2026-01-21T00:00:00Z)`) &&
      error.message.includes('neither on f43 nor on another branch') &&
      error.message.includes('"late"') &&
      error.hint.includes('slipway component update --again demo'),
  );
  const elsewhere = { cacheDirectory: `${upstream.directory}/another` };
  for (const named of [{ locked: late }, { pin: late }, { pin: late.slice(0, 12) }]) {
    await assert.rejects(upstream.distGit(elsewhere).resolveCommit(request(upstream, named)), {
      code: 'UPSTREAM_COMMIT_UNREACHABLE',
    });
  }
});

test('a commit of a branch that is gone is still found on another one', async (t) => {
  const upstream = await openUpstream(t);
  const { rebuilt } = branches(upstream);
  upstream.history.git(['checkout', '--quiet', 'rawhide']);
  upstream.history.git(['branch', '-D', 'f43']);

  assert.equal((await upstream.distGit().resolveCommit(request(upstream, { locked: rebuilt }))).commit, rebuilt);
});

test('an ambiguous pin is an error that names the candidates', async (t) => {
  const upstream = await openUpstream(t);
  upstream.history.commit({ message: 'first', time: start });
  const pair = commitsWithSharedPrefix(upstream.history.git(['rev-parse', 'HEAD^{tree}']), 7);
  const ids = pair.map((input) => upstream.history.git(['hash-object', '-t', 'commit', '-w', '--stdin'], { input }));
  ids.forEach((id, index) => upstream.history.git(['update-ref', `refs/heads/b${index}`, id]));
  const [one = '', two = ''] = ids;
  const resolve = (pin: string) => upstream.distGit().resolveCommit(request(upstream, { branch: 'rawhide', pin }));

  assert.equal(one.slice(0, 7), two.slice(0, 7));
  await assert.rejects(resolve(one.slice(0, 7)), (error: { code: string; hint: string }) => {
    return error.code === 'UPSTREAM_AMBIGUOUS_COMMIT' && error.hint.includes(one) && error.hint.includes(two);
  });
  assert.equal((await resolve(one)).commit, one);
});

/** Two commit objects whose ids begin alike: by the birthday paradox some 2^(2 * digits) tries. */
function commitsWithSharedPrefix(tree: string, digits: number): [Buffer, Buffer] {
  const seen = new Map<string, Buffer>();
  for (let index = 0; ; index++) {
    const person = 'Ada <ada@example.org> 1767225600 +0000';
    const bytes = Buffer.from(`tree ${tree}\nauthor ${person}\ncommitter ${person}\n\n${index}\n`);
    const prefix = objectId('commit', bytes).slice(0, digits);
    const other = seen.get(prefix);
    if (other !== undefined) {
      return [other, bytes];
    }
    seen.set(prefix, bytes);
  }
}

test('unknown branches and times before the first commit are errors with what there is', async (t) => {
  const upstream = await openUpstream(t);
  branches(upstream);
  const run = upstream.distGit();

  await assert.rejects(run.resolveCommit(request(upstream, { branch: 'f34' })), {
    code: 'UPSTREAM_NO_BRANCH',
    hint: 'did you mean f43?',
  });
  await assert.rejects(run.resolveCommit(request(upstream, { snapshot: '2025-12-31T23:59:59Z' })), (error: Error) =>
    error.message.includes('f43 begins at 2026-01-01T00:00:00Z'),
  );
  await assert.rejects(run.resolveCommit(request(upstream, { uri: `${upstream.server.url}/absent` })), {
    code: 'UPSTREAM_NO_REPOSITORY',
  });
  assert.deepEqual(upstream.waits, []);
});

test('names that would become options or patterns of git are refused', async (t) => {
  const upstream = await openUpstream(t);
  branches(upstream);
  const run = upstream.distGit();

  for (const branch of ['--upload-pack=touch /tmp/x', 'f*', '-f43', 'f43:f43', 'f43 rawhide', '../f43', 'a.lock', '']) {
    await assert.rejects(run.resolveCommit(request(upstream, { branch })), { code: 'UPSTREAM_BAD_ADDRESS' }, branch);
  }
  for (const pin of ['HEAD~1', '--all', 'abc', `${'0'.repeat(40)}\n`, 'g'.repeat(40)]) {
    await assert.rejects(run.resolveCommit(request(upstream, { pin })), { code: 'UPSTREAM_BAD_ADDRESS' }, pin);
  }
  await assert.rejects(run.resolveCommit(request(upstream, { uri: 'ext::sh -c "touch /tmp/x"' })), {
    code: 'UPSTREAM_BAD_ADDRESS',
  });
  await assert.rejects(run.resolveCommit(request(upstream, { uri: '--upload-pack=x' })), (error: { code: string }) =>
    ['UPSTREAM_NO_REPOSITORY', 'UPSTREAM_NETWORK'].includes(error.code),
  );
});
