import assert from 'node:assert/strict';
import type { ErrorCode, SlipwayError } from '@slipway/core';
import type { FaultProject } from './fault-project.ts';

export interface ExpectedFault {
  readonly code: ErrorCode;
  readonly status: number;
  readonly message: RegExp;
  readonly hint: RegExp;
}

/** A coded error that says what happened and what to do. */
export function assertFault(error: SlipwayError, { code, status, message, hint }: ExpectedFault): void {
  assert.equal(error.code, code, `${error.code}: ${error.message}`);
  assert.equal(error.exitStatus, status);
  assert.match(error.message, /^Cannot /);
  assert.match(error.message, message);
  assert.match(error.hint ?? '', hint);
}

/** The store is whole, nothing lies around, and what was published before is as it was. */
export async function assertUnharmed(project: FaultProject, outputs: Readonly<Record<string, string>>): Promise<void> {
  await project.verifyStore();
  assert.deepEqual(await project.leftovers(), []);
  assert.deepEqual(await project.outputs(), outputs);
}
