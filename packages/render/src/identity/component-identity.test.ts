import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '@slipway/core';
import type { Component } from '@slipway/project';
import fc from 'fast-check';
import { changedFields } from './changed-fields.ts';
import { componentIdentity, lockedFields, type SourceIdentity } from './component-identity.ts';

const source: SourceIdentity = { type: 'commit', commit: 'a'.repeat(40) };
const project = { distros: new Map() };
const origin = { file: '/p/x.toml', path: ['components', 'bash'] };

function component(facts: Partial<Component> = {}): Component {
  return {
    name: 'bash',
    spec: { type: 'upstream', distro: { name: 'fedora', version: '43' }, name: 'bash' },
    groups: [],
    release: 'auto',
    overlays: [],
    build: {},
    skipFileFilter: false,
    sourceFiles: [],
    sourceFileOrigins: [],
    packages: new Map(),
    publish: {},
    origin,
    ...facts,
  };
}

function identity(facts: Partial<Component> = {}, digests: ReadonlyMap<string, ReturnType<typeof sha256>> = new Map()) {
  return componentIdentity(project, component(facts), { source, digests });
}

const rich: Partial<Component> = {
  release: 'manual',
  overlays: [
    { overlay: { type: 'spec-set-tag', tag: 'Release', value: '2', description: 'why' }, origin },
    { overlay: { type: 'patch-add', source: '/p/fix.patch' }, origin },
  ],
  build: { with: ['b', 'a'], defines: { x: '' }, check: { skip: true, skipReason: 'no network' } },
  sourceFiles: [
    {
      filename: 'x.tar.gz',
      hash: 'ab',
      hashType: 'SHA256',
      origin: { type: 'download', uri: 'https://example.org/x' },
    },
  ],
};

/** Recorded values: a field that is added to the schema must not change them. */
test('the identities of components that do not use a new field stay what they are', () => {
  assert.equal(identity().digest, '836cdc07e671fe232502e04d91275d60f8092e57c50baeef75e83cb62b21ade6');
  assert.equal(
    identity(rich, new Map([['/p/fix.patch', sha256('fix')]])).digest,
    'e1dcc931bdf758a202f2a27ec28e87952fa462c9a26299cdb6727fa9299653a9',
  );
});

test('a setting that has its default is no part of the identity', () => {
  const defaults: Partial<Component> = {
    build: { with: [], without: [], undefines: [], defines: {}, emitUpstreamProvenance: false, check: { skip: false } },
    skipFileFilter: false,
    release: 'auto',
  };
  assert.equal(identity(defaults).digest, identity().digest);
  assert.deepEqual(Object.keys(identity().fields), ['upstream.commit']);
});

test('what does not change the rendered component is no part of the identity', () => {
  const told: Partial<Component> = {
    name: 'bash',
    groups: ['core'],
    publish: { rpmChannel: 'base' },
    packages: new Map([['bash-doc', { rpmChannel: 'none' }]]),
    build: { hints: { expensive: true }, failure: { expected: true }, check: { skipReason: 'because' } },
  };
  assert.equal(identity(told).digest, identity().digest);
});

test('descriptions, reasons and the directory of a file are not part of an overlay, its bytes are', () => {
  const one = { overlay: { type: 'patch-add', source: '/p/fix.patch' }, origin } as const;
  const other = {
    overlay: { type: 'patch-add', source: '/elsewhere/fix.patch', description: 'a fix' },
    reason: 'it crashed',
    origin,
  } as const;
  const here = identity({ overlays: [one] }, new Map([['/p/fix.patch', sha256('fix')]]));
  const there = identity({ overlays: [other] }, new Map([['/elsewhere/fix.patch', sha256('fix')]]));
  const changed = identity({ overlays: [one] }, new Map([['/p/fix.patch', sha256('another fix')]]));

  assert.equal(here.digest, there.digest);
  assert.notEqual(here.digest, changed.digest);
});

test('an empty define and a source file without hash count', () => {
  assert.notEqual(identity({ build: { defines: { x: '' } } }).digest, identity().digest);
  assert.notEqual(identity({ sourceFiles: [{ filename: 'x' }] }).digest, identity().digest);
});

test('the change of one field is told by its name, before and after', () => {
  const before = lockedFields(identity(rich).fields);
  const after = lockedFields(identity({ ...rich, build: { with: ['a'] }, release: 'auto' }).fields);

  assert.deepEqual(changedFields(before, after), [
    { field: 'build.check.skip', from: 'true', to: undefined },
    { field: 'build.defines/x', from: '[""]', to: undefined },
    { field: 'build.with', from: '["a","b"]', to: '["a"]' },
    { field: 'release.calculation', from: '"manual"', to: undefined },
  ]);
});

test('an overlay more is one change, wherever it stands', () => {
  const list = (...values: string[]) => Object.fromEntries(values.map((value, at) => [`overlays/${at + 1}`, value]));

  assert.deepEqual(changedFields(list('a', 'b'), list('new', 'a', 'b')), [
    { field: 'overlays/1', from: undefined, to: 'new' },
  ]);
  assert.deepEqual(changedFields(list('a', 'b', 'c'), list('a', 'c')), [
    { field: 'overlays/2', from: 'b', to: undefined },
  ]);
  assert.deepEqual(changedFields(list('a', 'b'), list('a', 'x')), [{ field: 'overlays/2', from: 'b', to: 'x' }]);
});

test('nothing differs from itself, and a field more is always told', () => {
  const fields = fc.dictionary(fc.constantFrom('build.with', 'overlays/1', 'overlays/2'), fc.constantFrom('a', 'b'));
  fc.assert(
    fc.property(fields, fc.constantFrom('upstream.commit', 'overlays/3'), (before, name) => {
      assert.deepEqual(changedFields(before, before), []);
      assert.equal(changedFields(before, { ...before, [name]: 'c' }).length, 1);
    }),
  );
});
