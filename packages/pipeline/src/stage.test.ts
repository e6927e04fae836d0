import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProgressEvent } from '@slipway/core';
import { runStage } from './stage.ts';
import type { Workspace } from './workspace.ts';

function workspace(events: ProgressEvent[], signal?: AbortSignal): Workspace {
  let now = 1000;
  const parts = { progress: (event: ProgressEvent) => events.push(event), now: () => (now += 500) };
  return { ...parts, ...(signal === undefined ? {} : { signal }) } as unknown as Workspace;
}

test('a stage says when it starts, how far it is, and what came of it', async () => {
  const events: ProgressEvent[] = [];

  const { value, report } = await runStage(workspace(events), 'sign', async (advance) => {
    advance('packages', 1, 2, 'bash');
    return { value: 42, summary: '2 packages', upToDate: false };
  });

  assert.equal(value, 42);
  assert.deepEqual(report, { stage: 'sign', seconds: 0.5, summary: '2 packages', upToDate: false });
  assert.deepEqual(events, [
    { type: 'stage-start', stage: 'sign' },
    { type: 'advance', stage: 'sign', unit: 'packages', done: 1, total: 2, item: 'bash' },
    { type: 'stage-end', stage: 'sign', seconds: 0.5, summary: '2 packages' },
  ]);
});

test('an interrupted run starts no further stage', async () => {
  const events: ProgressEvent[] = [];
  const interrupted = workspace(events, AbortSignal.abort());

  await assert.rejects(
    runStage(interrupted, 'build', () => assert.fail('must not run')),
    { code: 'CORE_CANCELLED' },
  );

  assert.deepEqual(events, []);
});
