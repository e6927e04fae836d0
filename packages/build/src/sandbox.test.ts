import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import { chooseSandbox } from './sandbox.ts';

test('a machine without a sandbox is told what to allow', async (t) => {
  const path = process.env.PATH;
  t.after(() => {
    process.env.PATH = path;
  });
  process.env.PATH = '/nonexistent';
  await assert.rejects(chooseSandbox(true), (error) => {
    assert.ok(error instanceof SlipwayError);
    assert.ok(['BUILD_NO_SANDBOX', 'CORE_TOOL_MISSING'].includes(error.code));
    assert.notEqual(error.hint, undefined);
    return error.kind === 'environment';
  });
});

test('the sandbox that is chosen is one of this user', async () => {
  try {
    const sandbox = await chooseSandbox(false);
    assert.equal(sandbox, 'user-namespace');
  } catch (error) {
    assert.ok(error instanceof SlipwayError && error.code === 'BUILD_NO_SANDBOX');
    assert.match(error.message, /user-namespace: /);
    assert.match(error.hint ?? '', /user namespaces/);
  }
});
