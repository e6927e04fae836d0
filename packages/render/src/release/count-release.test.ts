import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Store, sha256, TaskCache } from '@slipway/core';
import type { Component } from '@slipway/project';
import { MemorySourceFiles } from '@slipway/spec';
import type { UpstreamCommit } from '@slipway/upstream';
import { autoSpec, memoryHistory } from '../testing/memory-history.ts';
import { type CountedRelease, countRelease } from './count-release.ts';

const component = {
  name: 'demo',
  spec: { type: 'upstream', name: 'demo' },
  release: 'auto',
  build: {},
} as unknown as Component;

const { history, readBlob } = memoryHistory([
  { id: 'a', spec: autoSpec('1.0'), day: 1 },
  { id: 'b', spec: autoSpec('1.1'), day: 2 },
  { id: 'c', day: 3 },
]);

const lock = { version: 1 as const, upstreamCommit: 'c', importCommit: 'a', inputFingerprint: 'jcs-sha256:1' };
const lockCommit = { projectCommit: 'p', author: { name: 'Bo', email: 'bo@example.org' }, time: 9e6, message: 'Ours' };

interface Changes {
  readonly spec?: string;
  readonly specName?: string;
  readonly upstreamName?: string;
  readonly changelog?: string;
  readonly commit?: string;
  readonly fingerprint?: string;
  readonly commits?: number;
  readonly define?: string;
  readonly calculation?: Component['release'];
  readonly tool?: string;
  readonly code?: string;
  readonly commitsOfUpstream?: readonly UpstreamCommit[];
}

/** Counts as one run of the program does; says whether upstream's history was read. */
type Count = (changes?: Changes) => Promise<CountedRelease & { readonly readHistory: boolean }>;

function openCount(t: TestContext): Count {
  const cache = mkdtempSync(join(tmpdir(), 'slipway-count-'));
  t.after(() => rmSync(cache, { recursive: true, force: true }));
  return async (changes = {}) => {
    const { specName = 'demo.spec', commit = 'c', fingerprint = lock.inputFingerprint, tool = 'slipway' } = changes;
    const entry = { ...lockCommit, upstreamCommit: 'c', fingerprint: lock.inputFingerprint };
    const { upstreamName: name = 'demo', calculation: release = 'auto', define } = changes;
    let readHistory = false;
    const counted = await countRelease(Buffer.from(changes.spec ?? autoSpec('1.1')), {
      component: {
        ...component,
        ...{ release, build: define === undefined ? {} : { defines: { level: define } } },
        spec: { type: 'upstream', name } as unknown as Component['spec'],
      },
      sources: {
        ...{ name: 'demo', spec: Buffer.alloc(0), specName, files: new MemorySourceFiles() },
        upstream: { uri: 'https://example.org/demo', commit, how: 'locked' },
        history: async () => {
          readHistory = true;
          return { commits: changes.commitsOfUpstream ?? (history as unknown as readonly UpstreamCommit[]), readBlob };
        },
      },
      project: { lock, fingerprint, commits: Array.from({ length: changes.commits ?? 1 }, () => entry) },
      files: new MemorySourceFiles(changes.changelog === undefined ? {} : { changelog: changes.changelog }),
      tool,
      remembered: { tasks: new TaskCache(cache, new Store(cache)), code: sha256(changes.code ?? 'code') },
    });
    return { ...counted, readHistory };
  };
}

test('what was counted before is remembered, byte for byte', async (t) => {
  const count = openCount(t);
  const spec = autoSpec('1.1').replace('A demonstration', 'Ein Beispiel für\xff');
  const { readHistory, ...first } = await count({ spec });

  assert.equal(readHistory, true);
  assert.match(`${first.spec}`, /return 3 \+ base/);
  assert.deepEqual(await count({ spec }), { ...first, readHistory: false });
});

test('everything that the count depends on is noticed when it changes', async (t) => {
  const count = openCount(t);
  await count();
  const changes: readonly Changes[] = [
    { spec: autoSpec('1.2') },
    { specName: 'other.spec' },
    { upstreamName: 'other' },
    { changelog: '* Thu Jan 01 1970 Ann <ann@example.org>\n- old\n' },
    { commit: 'd' },
    { fingerprint: 'jcs-sha256:2' },
    { commits: 0 },
    { define: '2' },
    { calculation: 'autorelease' },
    { tool: 'azldev' },
    { code: 'other' },
  ];
  for (const change of changes) {
    assert.equal((await count(change)).readHistory, true, JSON.stringify(change));
  }
  assert.equal((await count()).readHistory, false);
});

test('a failure is not remembered', async (t) => {
  const count = openCount(t);
  await assert.rejects(count({ commitsOfUpstream: [] }), { code: 'RENDER_HISTORY_INCOMPLETE' });

  assert.match(`${(await count()).spec}`, /return 3 \+ base/);
});
