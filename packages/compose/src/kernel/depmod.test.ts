import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readElfSections } from '@slipway/formats';
import fc from 'fast-check';
import { judge } from '../../../../test/support/judge-tree.ts';
import { type SampleModule, sampleModule } from '../testing/sample-module.ts';
import { type JudgeDirectory, judgeDirectory, judgeProgramMissing } from '../testing/system-judge.ts';
import { type DepmodInput, moduleClosure, planDepmod } from './depmod.ts';
import { ModuleIndex } from './module-index.ts';
import { isModulePath, type ModuleInfo, moduleName, parseModinfo, readModuleInfo } from './module-info.ts';

const skip = judgeProgramMissing('usr/sbin/depmod');
const version = '7.0.0-test';

const samples: Record<string, SampleModule> = {
  'kernel/net/top-level.ko': {
    modinfo: ['alias=net-pf-16-proto-16', 'depends=middle,base', 'softdep=pre: other post: last', 'license=GPL'],
    imports: ['middle_one', 'base_one', 'printk'],
  },
  'kernel/net/middle.ko': {
    modinfo: [
      'depends=base',
      'alias=pci:v00001AF4d00001000sv*sd*bc*sc*i*',
      'alias=usb:v1234p[0-9-a]*',
      'weakdep=other',
    ],
    exports: ['middle_one', 'middle_two'],
    imports: ['base_one'],
  },
  'kernel/lib/base.ko': { modinfo: ['depends=', 'license=GPL'], exports: ['base_one'] },
  'kernel/drivers/other.ko': {
    modinfo: ['alias=char-major-10-200', 'alias=devname:net/tun', 'alias=pci:v00001AF4d00001000sv*sd*bc*sc*i*'],
  },
  'kernel/drivers/last.ko': { modinfo: ['alias=devname:mapper/x', 'alias=block-major-7-0', 'alias=broken]bracket'] },
  'extra/unlisted.ko': { modinfo: ['alias=fs-x-y', 'alias=fs-x-y', 'depends=base'], imports: ['base_one'] },
};

const order = [
  'kernel/lib/base.ko',
  'kernel/drivers/other.ko',
  'kernel/net/middle.ko',
  'kernel/net/top-level.ko',
  'kernel/drivers/last.ko',
];
const builtin = 'kernel/fs/ext-four.ko\nkernel/lib/crc32.ko\n';
const builtinModinfo = Buffer.from(
  'ext_four.alias=fs-ext4\0ext_four.license=GPL\0crc32.alias=crypto-crc32\0ext_four.alias=fs-ext4\0',
);

function infoOf(path: string, module: SampleModule): ModuleInfo {
  const { sections, symbols } = readElfSections(sampleModule(module), { file: path });
  const exported = symbols.filter((name) => name.startsWith('__ksymtab_')).map((name) => name.slice(10));
  return readModuleInfo(path, { modinfo: sections.get('.modinfo') as Buffer, symbols: exported });
}

function inputOf(modules: Record<string, SampleModule>): DepmodInput {
  const infos = Object.entries(modules).map(([path, module]) => infoOf(path, module));
  return { modules: infos, order: `${order.join('\n')}\n`, builtin, builtinModinfo };
}

function textOf(content: string | Uint8Array | undefined): string {
  return Buffer.from(content ?? '').toString('latin1');
}

test('a module says its name, aliases, needs and symbols', () => {
  const info = infoOf('kernel/net/middle.ko', samples['kernel/net/middle.ko'] as SampleModule);
  assert.equal(info.name, 'middle');
  assert.deepEqual(info.depends, ['base']);
  assert.deepEqual(info.symbols, ['middle_one', 'middle_two']);
  assert.equal(moduleName('kernel/net/top-level.ko.zst'), 'top_level');
  assert.deepEqual(['a.ko', 'a.ko.xz', 'a.ko.bak', 'a.kox'].map(isModulePath), [true, true, false, false]);
  assert.deepEqual(parseModinfo(Buffer.from('a=b=c\0junk\0d=\0')), [
    ['a', 'b=c'],
    ['d', ''],
  ]);
});

test('the closure has what modules need, their soft dependencies, and says what is unknown', () => {
  const { found, unknown } = moduleClosure(inputOf(samples).modules, ['top-level', 'nosuch-one']);
  assert.deepEqual(found.map(({ name }) => name).sort(), ['base', 'last', 'middle', 'other', 'top_level']);
  assert.deepEqual(unknown, ['nosuch_one']);
});

test('modules that need one another in a circle are listed all the same', () => {
  const modules = ['a', 'b', 'c'].map((name, at) =>
    infoOf(`${name}.ko`, { modinfo: [`depends=${['b', 'c', 'a'][at]}`] }),
  );
  const lines = textOf(planDepmod({ ...inputOf({}), modules }).get('modules.dep'))
    .trim()
    .split('\n');
  assert.deepEqual(
    lines.map((line) => line.split(' ').length),
    [3, 3, 3],
  );
});

test('a module comes before what it needs, whatever the modules', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const edges = fc.array(fc.tuple(fc.nat(6), fc.nat(6)).filter(([from, to]) => from < to));
  fc.assert(
    fc.property(edges, (pairs) => {
      const modules = names.map((name, at) => {
        const depends = pairs.filter(([from]) => from === at).map(([, to]) => names[to]);
        return infoOf(`${name}.ko`, { modinfo: [`depends=${depends.join(',')}`] });
      });
      const text = textOf(planDepmod({ ...inputOf({}), modules }).get('modules.dep'));
      const rows = new Map(
        text
          .trim()
          .split('\n')
          .map((line) => [line[0] as string, line.slice(5).split(' ')]),
      );
      for (const needed of rows.values()) {
        needed.forEach((path, at) => {
          const after = new Set(needed.slice(at + 1));
          assert.ok((rows.get(path[0] ?? '') ?? []).every((each) => each === '' || after.has(each)));
        });
      }
    }),
  );
});

test('an index takes any key and value', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '-', 'é', '\0'), maxLength: 6 });
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text, fc.nat(9))), (rows) => {
      const index = new ModuleIndex();
      rows.forEach(([key, value, priority]) => index.add(key, value, priority));
      assert.ok(index.finish().length >= 12);
    }),
  );
});

test('the files are those of depmod', { skip }, (t) => {
  const directory = withModules(t);
  const result = judge('/usr/sbin/depmod', ['-b', directory.inside, version]);
  assert.equal(result.status, 0, result.stderr);
  for (const [name, content] of planDepmod(inputOf(samples))) {
    const expected = readFileSync(join(directory.outside, 'lib/modules', version, name), 'latin1');
    if (name === 'modules.symbols') {
      assert.deepEqual(textOf(content).split('\n').sort(), expected.split('\n').sort()); // depmod's is by hash
    } else {
      assert.equal(textOf(content), expected, name);
    }
  }
});

test('modprobe and modinfo find modules by our indexes', { skip }, (t) => {
  const directory = withModules(t);
  for (const [name, content] of planDepmod(inputOf(samples))) {
    directory.put(`lib/modules/${version}/${name}`, content);
  }
  const root = ['-d', directory.inside, '-S', version];
  const shown = judge('/usr/sbin/modprobe', [...root, '--show-depends', 'top-level']).stdout;
  const inserted = shown
    .trim()
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('/') + 1).trim());
  assert.deepEqual(inserted, ['base.ko', 'middle.ko', 'other.ko', 'top-level.ko', 'last.ko']);
  const aliases: Record<string, string> = {
    'pci:v00001AF4d00001000sv0sd0bc0sc0i0': 'other middle',
    'usb:v1234p7': 'middle',
    'symbol:middle_two': 'middle',
    'fs-ext4': 'ext_four ext_four',
    'char-major-10-200': 'other',
    'crypto-crc32': 'crc32',
  };
  for (const [alias, expected] of Object.entries(aliases)) {
    const found = judge('/usr/sbin/modprobe', [...root, '-R', alias]);
    assert.equal(found.stdout.trim().split('\n').join(' '), expected, `${alias}: ${found.stderr}`);
  }
  const info = judge('/usr/sbin/modinfo', ['-b', directory.inside, '-k', version, '-F', 'alias', 'last']);
  assert.equal(info.stdout, 'devname:mapper/x\nblock-major-7-0\nbroken]bracket\n');
});

function withModules(t: TestContext): JudgeDirectory {
  const directory = judgeDirectory(t);
  for (const [path, module] of Object.entries(samples)) {
    directory.put(`lib/modules/${version}/${path}`, sampleModule(module));
  }
  directory.put(`lib/modules/${version}/modules.order`, `${order.join('\n')}\n`);
  directory.put(`lib/modules/${version}/modules.builtin`, builtin);
  directory.put(`lib/modules/${version}/modules.builtin.modinfo`, builtinModinfo);
  return directory;
}
