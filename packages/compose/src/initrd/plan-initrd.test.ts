import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generatedContent, readContents } from '@slipway/tree';
import { buildTree } from '../build-tree.ts';
import { readModuleInfo } from '../kernel/module-info.ts';
import type { ElfFacts } from '../linker/elf-facts.ts';
import { rootAccounts } from '../testing/root-accounts.ts';
import { sampleLink, samplePackage, selected } from '../testing/sample-packages.ts';
import { type InitrdRequest, planInitrd } from './plan-initrd.ts';

const units = '/usr/lib/systemd/system';

function module(path: string, ...fields: string[]) {
  return readModuleInfo(path, { modinfo: Buffer.from(fields.map((field) => `${field}\0`).join('')), symbols: [] });
}

const program: ElfFacts = {
  machine: 'x86_64',
  soname: undefined,
  needed: ['libneeded.so.1'],
  runpath: [],
  interpreter: undefined,
  dlopen: [],
};

function request(changes: Partial<InitrdRequest> = {}): InitrdRequest {
  const files = {
    '/bin': sampleLink('usr/bin'),
    '/usr/bin/tool': { text: 'tool', mode: 0o100755 },
    '/usr/bin/extra': 'extra',
    '/usr/bin/unused': 'unused',
    '/usr/lib/libneeded.so.1': sampleLink('libneeded.so.1.2'),
    '/usr/lib/libneeded.so.1.2': 'needed',
    '/usr/lib/libunused.so': 'unused',
    '/usr/lib/os-release': 'ID=x\n',
    [`${units}/a.service`]: 'a',
    [`${units}/b.service`]: 'b',
    [`${units}/a.service.d/10.conf`]: 'drop-in',
    [`${units}/a.target.wants/a.service`]: sampleLink('../a.service'),
    [`${units}/a.target.wants/b.service`]: sampleLink('../b.service'),
    '/usr/lib/udev/rules.d/10-a.rules': 'a',
    '/usr/lib/udev/rules.d/20-b.rules': 'b',
  };
  const { tree } = buildTree(selected(samplePackage('a', files)), rootAccounts, 0);
  const modules = [
    module('kernel/top.ko.xz', 'depends=base', 'alias=virtio:d*'),
    module('kernel/base.ko.xz', 'softdep=pre: wished'),
    module('kernel/wished.ko.xz'),
    module('kernel/other.ko.xz'),
  ];
  const library = { ...program, soname: 'libneeded.so.1', needed: [] };
  return {
    root: tree,
    profile: {
      programs: ['/bin/tool'],
      optionalPrograms: ['/usr/bin/nosuch'],
      units: /^a\.(service|target)$/,
      udevRules: /^10-/,
      dlopenSonames: [],
    },
    libraries: {
      elf: new Map([
        ['/usr/bin/tool', program],
        ['/usr/lib/libneeded.so.1.2', library],
      ]),
      directories: ['/usr/lib'],
    },
    kernelVersion: '7.0',
    kernel: { modules, order: '', builtin: 'kernel/inside-it.ko\n', builtinModinfo: Buffer.alloc(0) },
    modules: ['top', 'inside-it'],
    files: ['/usr/bin/extra'],
    moduleBytes: async ({ name }) => Buffer.from(`bytes of ${name}`),
    time: 5,
    ...changes,
  };
}

test('an initrd has what the profile and the image ask for, and what that needs', async () => {
  const initrd = await planInitrd(request());
  const has = (path: string) => initrd.lookup(path) !== undefined;
  for (const path of ['/bin/tool', '/usr/bin/extra', '/usr/lib/libneeded.so.1', '/etc/initrd-release']) {
    assert.ok(has(path), path);
  }
  for (const path of ['/usr/bin/unused', '/usr/lib/libunused.so', '/usr/lib/udev/rules.d/20-b.rules']) {
    assert.ok(!has(path), path);
  }
  assert.ok(has('/usr/lib/udev/rules.d/10-a.rules'));
  assert.equal(initrd.get('/usr/bin/tool')?.mode, 0o755);
});

test('of the units, those that match with their drop-ins and links', async () => {
  const initrd = await planInitrd(request());
  const found = [...initrd.entries(units)].filter(({ inode }) => inode.type !== 'directory').map(({ path }) => path);
  assert.deepEqual(found, [`${units}/a.service`, `${units}/a.service.d/10.conf`, `${units}/a.target.wants/a.service`]);
});

test('modules come uncompressed with what they need and wish for, and indexes of just these', async () => {
  const initrd = await planInitrd(request());
  const directory = '/usr/lib/modules/7.0';
  const names = initrd.children(`${directory}/kernel`).map((path) => path.slice(path.lastIndexOf('/') + 1));
  assert.deepEqual(names, ['base.ko', 'top.ko', 'wished.ko']);
  const indexes = ['modules.dep', 'modules.alias', 'modules.builtin'].map((name) => initrd.get(`${directory}/${name}`));
  const files = indexes.filter((inode) => inode?.type === 'file');
  const contents = await readContents(generatedContent, files);
  const [dep, alias, builtin] = files.map((file) => contents.get(file)?.toString() ?? '');
  assert.match(dep ?? '', /^kernel\/top\.ko: kernel\/base\.ko$/m);
  assert.ok(!dep?.includes('other'));
  assert.match(alias ?? '', /^alias virtio:d\* top$/m);
  assert.equal(builtin, 'kernel/inside-it.ko\n');
});

test('the same request gives the same tree', async () => {
  const list = async () => [...(await planInitrd(request())).entries()];
  assert.deepEqual(await list(), await list());
});

test('what is missing is said', async () => {
  const profile = { ...request().profile, programs: ['/usr/bin/nosuch'] };
  await assert.rejects(planInitrd(request({ profile })), { code: 'COMPOSE_MISSING_FILE' });
  await assert.rejects(planInitrd(request({ modules: ['nosuch'] })), { code: 'COMPOSE_MISSING_MODULE' });
  const libraries = { elf: new Map([['/usr/bin/tool', program]]), directories: ['/usr/lib'] };
  await assert.rejects(planInitrd(request({ libraries })), { code: 'COMPOSE_MISSING_LIBRARY' });
});
