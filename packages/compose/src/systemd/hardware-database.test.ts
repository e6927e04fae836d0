import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import { FileTree, generatedFile, rootOwned } from '@slipway/tree';
import fc from 'fast-check';
import type { ConfigFile } from '../accounts.ts';
import { ConfigContents } from '../config-contents.ts';
import { judgeFiles } from '../testing/judge-files.ts';
import { judgeDirectory, judgeProgramMissing, judgeWithProc } from '../testing/system-judge.ts';
import { addHardwareDatabase, formatHardwareDatabase } from './hardware-database.ts';
import { parseHardwareSource } from './hardware-source.ts';

const skip = judgeProgramMissing('usr/bin/systemd-hwdb');
const vendorDirectory = '/usr/lib/udev/hwdb.d';

const small: ConfigFile = {
  path: `${vendorDirectory}/10-small.hwdb`,
  text: [
    '# a comment',
    'usb:v1234p*',
    'usb:v1234p0001*',
    '  ID_MODEL=Ünïcode # with a comment',
    ' ID_VENDOR=a=b',
    '# a comment does not end a record',
    '\t ID_NOT_A_PROPERTY',
    '',
    ' ID_ORPHAN=1',
    'usb:v12*',
    '',
    'usb:*',
    ' NO_EQUALS',
    ' =empty key',
    ' ID_VENDOR=b',
    'usb:not-indented',
    ' ID_DROPPED=1',
    '',
    'pci:v0000*',
    ' ID_MODEL=last line',
  ].join('\n'),
};
const override: ConfigFile = {
  path: `${vendorDirectory}/20-override.hwdb`,
  text: 'usb:v1234p*\n ID_MODEL=override\n ID_NEW=\n',
};

test('an hwdb.d file gives the properties that systemd takes, with their lines', () => {
  const properties = parseHardwareSource(small).map(({ matches, key, value, line }) => [matches, key, value, line]);
  assert.deepEqual(properties, [
    [['usb:v1234p*', 'usb:v1234p0001*'], ' ID_MODEL', Buffer.from('Ünïcode').toString('latin1'), 4],
    [['usb:v1234p*', 'usb:v1234p0001*'], ' ID_VENDOR', 'a=b', 5],
    [['usb:*'], ' ID_VENDOR', 'b', 15],
    [['pci:v0000*'], ' ID_MODEL', 'last line', 20],
  ]);
});

test('any text is a database or a SlipwayError', () => {
  const line = fc.oneof(fc.string(), fc.constantFrom('', '#', ' A=b', '  =', 'usb:*', 'usb:v1*', '\r', '\0'));
  fc.assert(
    fc.property(fc.array(fc.array(line), { maxLength: 3 }), (files) => {
      const sources = files.map((lines, index) => ({ path: `/${index}.hwdb`, text: lines.join('\n') }));
      assert.ok(formatHardwareDatabase(sources).length >= 80 + 24 + 1);
    }),
  );
  const long = { path: '/long.hwdb', text: `${'x'.repeat(5000)}\n A=b\n` };
  assert.throws(
    () => formatHardwareDatabase([long]),
    (error) => error instanceof SlipwayError && error.code === 'CORE_LIMIT',
  );
});

test('the bytes are those of systemd-hwdb', { skip }, (t) => {
  assertSameDatabase(t, [small, override]);
});

test('the bytes are those of systemd-hwdb for any records', { skip }, (t) => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', 'é', '=', '#', '\t', ' '), maxLength: 6 });
  const line = fc.oneof(
    word,
    word.map((text) => `k${text}`),
    word.map((text) => ` ${text}`),
    fc.constant(' A=b'),
  );
  const files = fc.array(fc.array(line, { minLength: 2, maxLength: 12 }), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(files, (texts) => {
      const sources = texts.map((lines, at) => ({
        path: `${vendorDirectory}/${at}.hwdb`,
        text: `${lines.join('\n')}\n`,
      }));
      assertSameDatabase(
        t,
        sources.filter(({ text }) => text !== ''),
      );
    }),
    { numRuns: 40 },
  );
});

test('the bytes are those of systemd-hwdb for all of systemd', { skip }, (t) => {
  assertSameDatabase(t, judgeFiles(vendorDirectory, '.hwdb'));
});

test('an administrator hides a source, and an image without sources gets no database', async () => {
  const configs = await ConfigContents.read([], { async *stream() {} });
  const tree = treeWith({
    [`${vendorDirectory}/a.hwdb`]: 'usb:*\n A=vendor\n',
    '/etc/udev/hwdb.d/a.hwdb': 'usb:*\n A=mine\n',
  });
  addHardwareDatabase(tree, configs, 7);
  const inode = tree.get('/usr/lib/udev/hwdb.bin');
  assert.ok(inode?.type === 'file' && inode.content.kind === 'bytes');
  assert.equal(inode.mode, 0o444);
  assert.equal(inode.mtime, 7);
  const text = Buffer.from(inode.content.bytes).toString('latin1');
  assert.ok(text.includes('mine') && text.includes('/etc/udev/hwdb.d/a.hwdb') && !text.includes('vendor'));
  const empty = treeWith({});
  addHardwareDatabase(empty, configs, 7);
  assert.equal(empty.has('/usr/lib/udev/hwdb.bin'), false);
});

function assertSameDatabase(t: TestContext, files: readonly ConfigFile[]): void {
  assert.ok(files.length > 0);
  const directory = judgeDirectory(t);
  files.forEach(({ path, text }) => directory.put(path, text));
  const result = judgeWithProc('/usr/bin/systemd-hwdb', ['update', '--usr', `--root=${directory.inside}`]);
  assert.equal(result.status, 0, result.stderr);
  const expected = readFileSync(join(directory.outside, 'usr/lib/udev/hwdb.bin'));
  const ours = formatHardwareDatabase(files);
  assert.ok(expected.equals(ours), `differs at byte ${ours.findIndex((byte, at) => byte !== expected[at])}`);
}

function treeWith(files: Record<string, string>): FileTree {
  const tree = new FileTree({ ...rootOwned(0o755, 0), type: 'directory' });
  for (const [path, text] of Object.entries(files)) {
    const parts = path.split('/').slice(1, -1);
    parts.forEach((_, at) =>
      tree.set(`/${parts.slice(0, at + 1).join('/')}`, { ...rootOwned(0o755, 0), type: 'directory' }),
    );
    tree.set(path, generatedFile(text, rootOwned(0o644, 0)));
  }
  return tree;
}
