import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { mapConcurrently, plural, type StoredObject, temporaryBeside } from '@slipway/core';
import { openPackage, signPackage } from '@slipway/rpm';
import { loadOrCreateKey, type SigningKey, signDetached } from '@slipway/trust';
import { Counter, distroIdentity } from './import-stage.ts';
import type { PackageRecord, SignedPackage } from './package-record.ts';
import { runStage, type StageResult } from './stage.ts';
import type { Workspace } from './workspace.ts';

const lanes = 2;

/** The key of the distribution, from the user's state directory; made on first use and said so. */
export async function signingKey(workspace: Workspace): Promise<SigningKey> {
  const identity = distroIdentity(workspace);
  const id = identity?.id ?? 'default';
  return loadOrCreateKey(join(workspace.stateDirectory, 'keys', id), {
    userId: `${identity?.name ?? 'Slipway'} development key`,
    created: Math.min(workspace.time, Math.floor(workspace.now() / 1000)),
  });
}

/** Every package with a signature of the distribution's key over its header. */
export function signStage(
  workspace: Workspace,
  records: readonly PackageRecord[],
  key: SigningKey,
): Promise<StageResult<SignedPackage[]>> {
  return runStage(workspace, 'sign', async (advance) => {
    const counter = new Counter(records.length, advance);
    const results = await mapConcurrently(records, lanes, async (record) => {
      const result = await signOne(workspace, record, key);
      counter.add(record.name);
      return { record, ...result };
    });
    const done = results.filter(({ cached }) => !cached).length;
    return {
      value: results.map(({ record, value }) => ({ ...record, signed: value })),
      summary: `${plural(records.length, 'package')} with key ${key.fingerprint.slice(-16).toUpperCase()}`,
      upToDate: done === 0,
    };
  });
}

async function signOne(workspace: Workspace, record: PackageRecord, key: SigningKey) {
  const task = {
    kind: 'sign',
    name: record.name,
    inputs: { package: record.digest, key: key.fingerprint, created: workspace.time },
    code: workspace.code.of('core', 'rpm', 'trust'),
    objects: (signed: StoredObject) => [signed.digest],
  };
  return workspace.tasks.run(task, async () => {
    const path = temporaryBeside(join(workspace.store.root, 'incoming', 'signed.rpm'));
    try {
      await workspace.store.ensureIntact(record.digest);
      const pkg = await openPackage(workspace.store.path(record.digest));
      const sign = (header: Uint8Array) => signDetached(key, header, { created: workspace.time });
      await signPackage(pkg, path, sign, { isIntact: true });
      return await workspace.store.putFile(path, undefined, true);
    } finally {
      await rm(path, { force: true });
    }
  });
}
