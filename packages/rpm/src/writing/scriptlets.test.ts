import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Scriptlet } from '../package-metadata.ts';
import { Judge, noJudge } from '../testing/judge.ts';
import { samplePackage } from '../testing/sample-package.ts';
import type { PackageInput } from './package-input.ts';
import { writePackage } from './write-package.ts';

const lua = { interpreter: ['<lua>'], conditions: [] };
const plain = (['pretrans', 'pre', 'post', 'posttrans', 'preuntrans', 'preun', 'postun', 'postuntrans'] as const).map(
  (kind): Scriptlet => ({ ...lua, kind, body: `print("${kind}")` }),
);

function triggerOn(kind: Scriptlet['kind'], event: 'in' | 'un' | 'postun', condition: string): Scriptlet {
  return { ...lua, kind, event, conditions: [condition], body: `print("${kind} ${event}")` };
}

const base = { ...samplePackage, requires: [], arch: 'noarch', files: [] };
const directory = { user: 'root', group: 'root', mtime: 1, sizeBytes: 0, linkTarget: '', flags: 0, lang: '', caps: '' };

const watching: PackageInput = {
  ...base,
  name: 'watching',
  scriptlets: [
    triggerOn('trigger', 'in', 'watched >= 1:1.9'),
    triggerOn('trigger', 'un', 'watched'),
    triggerOn('trigger', 'postun', 'watched < 1:1.0'),
    triggerOn('file-trigger', 'in', '/opt/watched'),
    triggerOn('transaction-file-trigger', 'postun', '/opt'),
  ],
};

const watched: PackageInput = {
  ...base,
  name: 'watched',
  files: [{ ...directory, path: '/opt/watched', mode: 0o040755, rdev: 0, device: 0, inode: 0 }],
  scriptlets: plain,
};

test('rpm runs written scriptlets and triggers when it should', { skip: noJudge }, async () => {
  const judge = await Judge.open();
  const local = await mkdtemp(join(tmpdir(), 'slipway-rpm-scriptlets-'));
  try {
    for (const input of [watching, watched]) {
      const path = join(local, `${input.name}.rpm`);
      await writePackage(path, input, [], { format: 6 });
      await judge.add(path);
    }
    const rpm = async (args: string) => {
      const { status, stdout, stderr } = await judge.run(`mkdir -p root && rpm --root $PWD/root ${args}`);
      assert.equal(status, 0, stderr);
      return stdout.trim().split('\n');
    };
    assert.deepEqual(await rpm('-i --nodeps watching.rpm'), ['']);
    const installed = ['pretrans', 'pre', 'post', 'file-trigger in', 'trigger in', 'posttrans'];
    assert.deepEqual((await rpm('-i --nodeps watched.rpm')).toSorted(), installed.toSorted());
    const erased = ['preuntrans', 'trigger un', 'preun', 'postun', 'transaction-file-trigger postun', 'postuntrans'];
    assert.deepEqual((await rpm('-e --nodeps watched')).toSorted(), erased.toSorted());
  } finally {
    await rm(local, { recursive: true, force: true });
    await judge.close();
  }
});
