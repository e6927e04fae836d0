import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { memoryHistory, type ShortCommit } from '../testing/memory-history.ts';
import { type CombinedHistory, type CombineInput, combineHistory, type LockCommit } from './synthetic-history.ts';

function lock(projectCommit: string, upstreamCommit: string, more: Partial<LockCommit> = {}): LockCommit {
  return {
    projectCommit,
    upstreamCommit,
    author: { name: 'Pat', email: 'pat@example.org' },
    time: 1000,
    message: `Change ${projectCommit}`,
    fingerprint: `sha256:${projectCommit}`,
    ...more,
  };
}

function combine(commits: readonly ShortCommit[], more: Partial<CombineInput>): CombinedHistory {
  return combineHistory({ history: memoryHistory(commits).history, lockCommits: [], tool: 'azldev', ...more });
}

/** Ids oldest first, those of the project with a plus. */
function order({ history }: CombinedHistory): string {
  return history
    .map(({ id }) => id.replace('project:', '+'))
    .reverse()
    .join(' ');
}

const upstream: readonly ShortCommit[] = [
  { id: 'u1', spec: '1' },
  { id: 'u2', spec: '2' },
  { id: 'u3', spec: '3', changelog: 'c' },
];

test('each commit of the project follows the upstream commit of its lock, those of the newest lock come last', () => {
  const lockCommits = [lock('p1', 'u1'), lock('p2', 'u3'), lock('p3', 'u1'), lock('p4', 'u3')];
  const combined = combine(upstream, { lockCommits });
  assert.equal(order(combined), 'u1 +p1 +p3 u2 u3 +p2 +p4');
  assert.equal(combined.commits, 4);
  assert.deepEqual(combined.warnings, []);
  const parents = combined.history.map(({ parents: [parent] }) => parent);
  assert.deepEqual(parents, [...combined.history.slice(1).map(({ id }) => id), undefined]);
});

test('only the last commit has the rendered spec; the others have the files of the commit before them', () => {
  const { history } = combine(upstream, { lockCommits: [lock('p1', 'u1'), lock('p2', 'u3'), lock('p3', 'u3')] });
  assert.deepEqual(
    history.map(({ spec }) => spec),
    ['rendered', '3', '3', '2', '1', '1'],
  );
  assert.deepEqual(
    history.map(({ changelog }) => changelog),
    ['c', 'c', 'c', undefined, undefined, undefined],
  );
  const [removed] = combine(upstream, { lockCommits: [lock('p1', 'u3')], changelog: { blob: undefined } }).history;
  assert.equal(removed?.changelog, undefined);
});

test('a commit has author, time and subject of the project commit, and names it', () => {
  const message = 'Drop the docs\nand more\n\n- a list that is about something else\n';
  const [commit] = combine(upstream, { lockCommits: [lock('p1', 'u3', { message })] }).history;
  assert.deepEqual(commit, {
    id: 'project:p1',
    parents: ['u3'],
    author: { name: 'Pat', email: 'pat@example.org' },
    authored: 1000,
    committed: 1000,
    message: 'Drop the docs and more\n\nProject commit: p1',
    spec: 'rendered',
    changelog: 'c',
  });
});

test('a lock that was written again with the same fingerprint is no change', () => {
  const same = { fingerprint: 'sha256:p1' };
  const lockCommits = [lock('p1', 'u1'), lock('p2', 'u2', same), lock('p3', 'u3'), lock('p4', 'u3', same)];
  assert.equal(order(combine(upstream, { lockCommits })), 'u1 +p1 u2 u3 +p3 +p4');
});

test('what is not committed is one more change, if it is one', () => {
  const dirty = { upstreamCommit: 'u2', fingerprint: 'sha256:now', time: 5 };
  const combined = combine(upstream, { lockCommits: [lock('p1', 'u1')], dirty });
  assert.equal(order(combined), 'u1 +p1 u2 +dirty');
  assert.deepEqual(combined.history[0]?.author, { name: 'azldev', email: 'azldev@local' });
  assert.match(combined.history[0]?.message ?? '', /^Local changes \(uncommitted\)\n/);
  const clean = combine(upstream, { lockCommits: [lock('p1', 'u1')], dirty: { ...dirty, fingerprint: 'sha256:p1' } });
  assert.equal(order(clean), 'u1 +p1');
});

const merged: readonly ShortCommit[] = [
  { id: 'root', spec: '1' },
  { id: 'side0', parents: ['root'] },
  { id: 'old', parents: ['root', 'side0'] },
  { id: 'import', parents: ['old'] },
  { id: 'side', parents: ['old'] },
  { id: 'merge', parents: ['import', 'side'] },
  { id: 'top', parents: ['merge'] },
];

test('from the import commit on upstream is one line along first parents; before it nothing changes', () => {
  const lockCommits = [lock('p1', 'import'), lock('p2', 'top')];
  const combined = combine(merged, { lockCommits, importCommit: 'import' });
  assert.equal(order(combined), 'root side0 old import +p1 merge top +p2');
  const parentsOf = (wanted: string) => combined.history.find(({ id }) => id === wanted)?.parents;
  assert.deepEqual(parentsOf('merge'), ['project:p1']);
  assert.deepEqual(parentsOf('old'), ['root', 'side0']);
  assert.equal(order(combine(merged, { lockCommits })), 'root old import +p1 merge top +p2');
});

test('a commit of the project whose upstream commit is unknown is dropped with a warning, but still counts', () => {
  const combined = combine(merged, {
    lockCommits: [lock('p1', 'gone'), lock('p2', 'root'), lock('p3', 'top')],
    importCommit: 'import',
  });
  assert.equal(order(combined), 'root side0 old import merge top +p3');
  assert.equal(combined.commits, 3);
  assert.deepEqual(combined.warnings, [
    "2 commits of the project left out of the changelog: upstream's history has no gone, root",
  ]);
});

test('a lock or an import commit that is not on the way is an error', () => {
  for (const more of [
    { lockCommits: [lock('p1', 'gone')] },
    { lockCommits: [lock('p1', 'side')] },
    { lockCommits: [lock('p1', 'top')], importCommit: 'side' },
    { lockCommits: [lock('p1', 'root')], importCommit: 'import' },
  ]) {
    assert.throws(
      () => combine(merged, more),
      (error) => error instanceof SlipwayError && error.code === 'RENDER_HISTORY_INCOMPLETE',
    );
  }
});

test('without a change the history is that of upstream, without an upstream it begins with the sources', () => {
  assert.equal(order(combine(upstream, {})), 'u1 u2 u3');
  const local = combine([], { lockCommits: [lock('p1', ''), lock('p2', '')], tool: 'slipway' });
  assert.equal(order(local), 'initial +p1 +p2');
  assert.equal(local.history.at(-1)?.message, 'Initial sources');
});

test('any graph and locks give a history with parents after children and every id once, or an error', () => {
  const graph = fc.array(fc.array(fc.nat(30), { maxLength: 3 }), { maxLength: 12 });
  const locks = fc.array(fc.record({ upstream: fc.nat(14), fingerprint: fc.nat(3) }), { maxLength: 6 });
  fc.assert(
    fc.property(graph, locks, fc.option(fc.nat(12)), (shape, lockShapes, imported) => {
      const commits = shape.map((parents, index) => ({
        id: `u${index}`,
        parents: [...new Set(parents)].map((parent) => `u${parent}`),
      }));
      const lockCommits = lockShapes.map(({ upstream: at, fingerprint }, index) =>
        lock(`p${index}`, `u${at}`, { fingerprint: `f${fingerprint}` }),
      );
      try {
        const { history } = combine(commits, {
          lockCommits,
          ...(imported === null ? {} : { importCommit: `u${imported}` }),
        });
        assert.equal(new Set(history.map(({ id }) => id)).size, history.length);
      } catch (error) {
        assert.ok(error instanceof SlipwayError, String(error));
      }
    }),
  );
});
