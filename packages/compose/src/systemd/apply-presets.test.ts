import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import type { FileTree } from '@slipway/tree';
import fc from 'fast-check';
import { buildTree } from '../build-tree.ts';
import { addGenerated } from '../system-files.ts';
import { judgeFiles } from '../testing/judge-files.ts';
import { rootAccounts } from '../testing/root-accounts.ts';
import { sampleConfigs, samplePackage, selected } from '../testing/sample-packages.ts';
import { judgeDirectory, judgeProgramMissing, judgeWithProc } from '../testing/system-judge.ts';
import { applyPresets } from './apply-presets.ts';
import { parsePresets, presetFor } from './presets.ts';
import { readUnitSection, unitWords } from './unit-file.ts';

const skip = judgeProgramMissing('usr/bin/systemctl');
const units = '/usr/lib/systemd/system';
const presets = '/usr/lib/systemd/system-preset';

function unit(...install: string[]): string {
  return `[Unit]\nDescription=x\n\n[Install]\n${install.join('\n')}\n`;
}

const sample: Record<string, string> = {
  [`${units}/plain.service`]: unit('WantedBy=multi-user.target'),
  [`${units}/static.service`]: '[Service]\nExecStart=/bin/true\n',
  [`${units}/off.service`]: unit('WantedBy=multi-user.target'),
  [`${units}/many.service`]: unit(
    'WantedBy=a.target b.target',
    'WantedBy=c.target',
    'RequiredBy=d.target',
    'UpheldBy=e.target',
    'Alias=many-alias.service other-alias.service',
  ),
  [`${units}/reset.service`]: unit('WantedBy=a.target', 'WantedBy=', 'WantedBy=b.target'),
  [`${units}/continued.service`]: unit('WantedBy=a.target \\', '# comment', '  b.target'),
  [`${units}/also.service`]: unit('WantedBy=a.target', 'Also=off.service helper.socket'),
  [`${units}/helper.socket`]: unit('WantedBy=sockets.target'),
  [`${units}/tmpl@.service`]: unit('WantedBy=a.target', 'DefaultInstance=dflt'),
  [`${units}/nodefault@.service`]: unit('WantedBy=a.target'),
  [`${units}/inst@.service`]: unit('WantedBy=a-%i.target', 'Alias=alias@.service'),
  [`${units}/spec-name.service`]: unit('WantedBy=%p.target %N-x.target'),
  [`${units}/getty@.service`]: unit('WantedBy=getty.target', 'DefaultInstance=tty1', 'Alias=autovt@.service'),
  [`${units}/timer.timer`]: unit('WantedBy=timers.target'),
  [`${presets}/50-b.preset`]: 'disable off.service\nenable inst@.service one two\n# c\n; c\nenable *\n',
  [`${presets}/10-a.preset`]: 'disable helper.socket\n',
  [`${presets}/99-late.preset`]: 'disable *\n',
};

test('the links are those of systemctl preset-all', { skip }, async (t) => {
  await assertSameLinks(t, sample);
});

test('without a rule units are enabled, as by systemctl', { skip }, async (t) => {
  const { [`${presets}/50-b.preset`]: _, [`${presets}/99-late.preset`]: __, ...rest } = sample;
  await assertSameLinks(t, rest);
});

test("an administrator's preset and unit file win, as for systemctl", { skip }, async (t) => {
  await assertSameLinks(t, {
    ...sample,
    '/etc/systemd/system-preset/10-a.preset': 'disable plain.service\n',
    '/etc/systemd/system/timer.timer': unit('WantedBy=other.target'),
  });
});

test("the links for systemd's own units and presets are those of systemctl", { skip }, async (t) => {
  const suffixes = ['.service', '.socket', '.target', '.timer', '.path', '.mount', '.automount', '.slice'];
  const files = [...suffixes.flatMap((suffix) => judgeFiles(units, suffix)), ...judgeFiles(presets, '.preset')];
  await assertSameLinks(t, Object.fromEntries(files.map(({ path, text }) => [path, text])));
});

test('user units follow the user presets', async () => {
  const tree = await applied({
    '/usr/lib/systemd/user/a.socket': unit('WantedBy=sockets.target'),
    '/usr/lib/systemd/user/b.socket': unit('WantedBy=sockets.target'),
    '/usr/lib/systemd/user-preset/a.preset': 'enable a.socket\ndisable *\n',
  });
  assert.deepEqual(links(tree, '/etc/systemd/user'), [
    '/etc/systemd/user/sockets.target.wants/a.socket -> /usr/lib/systemd/user/a.socket',
  ]);
});

test('the image definition enables, disables and masks after the presets', async () => {
  const services = { enable: ['off.service', 'tmpl@x.service'], disable: ['plain.service'], mask: ['timer.timer'] };
  const tree = await applied(sample, services);
  const all = links(tree, '/etc/systemd/system');
  assert.ok(all.includes(`/etc/systemd/system/multi-user.target.wants/off.service -> ${units}/off.service`));
  assert.ok(all.includes(`/etc/systemd/system/a.target.wants/tmpl@x.service -> ${units}/tmpl@.service`));
  assert.ok(all.includes('/etc/systemd/system/timer.timer -> /dev/null'));
  assert.ok(!all.some((line) => line.includes('plain.service')));
  await assert.rejects(applied(sample, { enable: ['nosuch.service'] }), { code: 'COMPOSE_MISSING_FILE' });
});

test('units and presets that the image definition brings count like those of packages', async () => {
  const pkg = samplePackage('units', sample);
  const { tree } = buildTree(selected(pkg), rootAccounts, 0);
  addGenerated(tree, '/etc/systemd/system/own.service', unit('WantedBy=own.target'), { mode: 0o644, time: 0 });
  addGenerated(tree, '/etc/systemd/system-preset/00-own.preset', 'disable plain.service\n', { mode: 0o644, time: 0 });
  applyPresets(tree, await sampleConfigs(pkg), { enable: ['own.service'] }, 0);
  const own = '/etc/systemd/system/own.service';
  assert.ok(links(tree, '/etc/systemd/system').includes(`/etc/systemd/system/own.target.wants/own.service -> ${own}`));
  assert.ok(!tree.has('/etc/systemd/system/multi-user.target.wants/plain.service'));
});

test('a preset line that is not one is an error at its line', () => {
  assert.throws(
    () => parsePresets([{ path: '/x.preset', text: 'enable a\nallow b\n' }]),
    (error) => error instanceof SlipwayError && error.code === 'COMPOSE_BAD_CONFIG' && error.at?.line === 2,
  );
});

test('preset patterns are those of fnmatch', () => {
  const rules = parsePresets([{ path: '/x.preset', text: 'disable a?c.[!xy]*\nenable a[*b\nignore z@.service\n' }]);
  assert.equal(presetFor('abc.service', rules).action, 'disable');
  assert.equal(presetFor('abc.xservice', rules).action, 'enable');
  assert.equal(presetFor('z@1.service', rules).action, 'ignore');
});

test('any text is a unit and a preset file or a SlipwayError', () => {
  const text = fc.array(
    fc.oneof(fc.string(), fc.constantFrom('[Install]', 'WantedBy=a \\', 'enable [', 'enable [!]', 'disable [z-a]')),
  );
  fc.assert(
    fc.property(text, fc.string(), (lines, name) => {
      assert.ok(unitWords(readUnitSection(lines.join('\n'), 'Install'), 'WantedBy').every((word) => word !== ''));
      try {
        presetFor(name, parsePresets([{ path: '/x.preset', text: lines.join('\n') }]));
      } catch (error) {
        assert.ok(error instanceof SlipwayError, String(error));
      }
    }),
  );
});

async function applied(
  files: Record<string, string>,
  services?: Parameters<typeof applyPresets>[2],
): Promise<FileTree> {
  const pkg = samplePackage('units', files);
  const { tree } = buildTree(selected(pkg), rootAccounts, 0);
  applyPresets(tree, await sampleConfigs(pkg), services, 0);
  return tree;
}

function links(tree: FileTree, directory: string): string[] {
  return [...tree.entries(directory)].flatMap(({ path, inode }) =>
    inode.type === 'symlink' ? [`${path} -> ${inode.target}`] : [],
  );
}

async function assertSameLinks(t: TestContext, files: Record<string, string>): Promise<void> {
  const directory = judgeDirectory(t);
  for (const [path, text] of Object.entries(files)) {
    directory.put(path, text);
  }
  const args = [`--root=${directory.inside}`, 'preset-all', '--preset-mode=enable-only'];
  const result = judgeWithProc('/usr/bin/systemctl', args);
  assert.equal(result.status, 0, result.stderr);
  const admin = join(directory.outside, 'etc/systemd/system');
  const found = readdirSync(admin, { recursive: true, withFileTypes: true }).filter((entry) => entry.isSymbolicLink());
  const expected = found.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    return `${path.slice(directory.outside.length)} -> ${readlinkSync(path).replace(directory.inside, '')}`;
  });
  assert.deepEqual(links(await applied(files), '/etc/systemd/system').sort(), expected.sort());
}
