import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { loadInstalledRoot } from '@slipway/rpm';
import { buildPool, resolve as resolveRequest, type SolverPackage } from '@slipway/solver';

const shared = process.env.SLIPWAY_SHARED ?? resolve(import.meta.dirname, '../../../shared');
const database = join(shared, 'data/rpm/rpmdb/cbl-mariner-2.0/rpmdb.sqlite');
const root = mkdtempSync(join(tmpdir(), 'slipway-installed-'));
after(() => rmSync(root, { recursive: true }));

test('the packages of an installed root go into a pool as they are, and meet each other', {
  skip: existsSync(database) ? false : 'the shared RPM data is not there',
}, () => {
  mkdirSync(join(root, 'var/lib/rpm'), { recursive: true });
  cpSync(database, join(root, 'var/lib/rpm/rpmdb.sqlite'));
  const packages: readonly SolverPackage[] = loadInstalledRoot(root)?.packages ?? [];
  assert.equal(packages.length, 129);
  const resolution = resolveRequest(buildPool(packages), { install: ['bash', 'systemd'], architecture: 'x86_64' });
  assert.equal(resolution.outcome, 'solved');
  const names = resolution.outcome === 'solved' ? resolution.packages.map(({ package: { name } }) => name) : [];
  assert.ok(
    ['bash', 'systemd', 'glibc'].every((name) => names.includes(name)),
    names.join(' '),
  );
});
