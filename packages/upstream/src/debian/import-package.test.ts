import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Digest, SlipwayError, Store } from '@slipway/core';
import { formatDependency, openPackage, packageMetadata, readPayload } from '@slipway/rpm';
import type { Overlay } from '@slipway/spec';
import fc from 'fast-check';
import { arArchive, buildDeb, type TestEntry, type TestPackage } from '../testing/debian-package.ts';
import { judgeSkip, openJudge } from '../testing/judge.ts';
import { buildImportContext, importFacts, type RelationSource } from './import-context.ts';
import { type ImportedPackage, importPackage } from './import-package.ts';

const options = { buildTime: 1_795_000_000, vendor: 'Example', distTag: '', zstdLevel: 3 };
const control = `Package: example
Source: example-source (1.0-1)
Version: 1:1.0+b~2-1
Architecture: amd64
Maintainer: Ann Example <ann@example.org>
Section: misc
Homepage: https://example.org/
Depends: libc6 (>= 2.36), awk | mawk (>= 1.3)
Pre-Depends: dpkg (>= 1.15)
Breaks: gone (<< 2), old-name (<< 3)
Replaces: gone (<< 2), old-name (<< 3)
Provides: virtual-a, virtual-b (= 3)
Description: an example at 100%
 It does nothing.
 .
 But well.
`;
const files: readonly TestEntry[] = [
  { path: './bin/example', content: '#!/bin/sh\n', mode: 0o755 },
  { path: './usr/bin/su-example', content: 'x'.repeat(5000), mode: 0o4755 },
  { path: './usr/bin/su-link', type: 'hardlink', target: './usr/bin/su-example' },
  { path: './usr/bin/alias', type: 'symlink', target: '../lib/x y' },
  { path: './etc/example.conf', content: 'colour = red\n' },
  { path: './usr/share/doc/example/copyright', content: 'Format: x\n\nFiles: *\nLicense: GPL-2+ or Expat\n' },
  { path: './usr/share/doc/example/README', content: 'read' },
  { path: './usr/share/locale/pt_BR/LC_MESSAGES/e.mo', content: 'mo' },
  { path: './usr/share/example/50%', content: 'percent', group: 'mail' },
  { path: './usr/share/example/with space [1]', content: '' },
  { path: './usr/lib/sysusers.d/example.conf', content: 'u _example - "Example" /var/empty\n' },
];
const sample: TestPackage = { control, entries: files, conffiles: ['/etc/example.conf'], scripts: { postinst: '' } };

async function withStore<T>(work: (store: Store) => Promise<T>): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), 'slipway-import-'));
  try {
    return await work(new Store(root));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

const noFacts = { virtualNames: [], absentNames: [], repairs: {} };

async function importSample(
  store: Store,
  {
    overlays = [],
    from = sample,
    facts = noFacts,
  }: { overlays?: Overlay[]; from?: TestPackage; facts?: typeof noFacts } = {},
): Promise<ImportedPackage> {
  const { digest } = await store.put(await buildDeb(from));
  const loadSource = async (path: string) => ({ bytes: Buffer.from(`from ${path}\n`), mode: 0o600 });
  return await importPackage({ deb: digest, store, facts, options, overlays, loadSource });
}

test('a package becomes an RPM with everything that it says', async () => {
  await withStore(async (store) => {
    const imported = await importSample(store);
    const metadata = packageMetadata((await openPackage(store.path(imported.digest))).header);
    assert.deepEqual(metadata.evr, { epoch: 1, version: '1.0^b~^2', release: '1' });
    assert.equal(metadata.arch, 'x86_64');
    assert.equal(metadata.summary, 'an example at 100%');
    assert.equal(metadata.description, 'It does nothing.\n\nBut well.');
    assert.equal(metadata.license, 'GPL-2.0-or-later OR MIT');
    assert.equal(metadata.sourceRpm, 'example-source-1.0-1.src.rpm');
    const requires = metadata.requires.map(formatDependency).filter((name) => !name.startsWith('rpmlib'));
    assert.deepEqual(requires, ['(awk or mawk >= 1.3-0)', 'dpkg >= 1.15-0', 'group(mail)', 'libc6 >= 2.36-0']);
    assert.equal(metadata.requires.find(({ name }) => name === 'dpkg')?.pre, true);
    const provides = metadata.provides.map(formatDependency);
    const line = Buffer.from('u _example - "Example" /var/empty\0\0\0').toString('base64').slice(0, 44);
    assert.deepEqual(provides, [
      'example = 1:1.0^b~^2-1',
      'example(x86-64) = 1:1.0^b~^2-1',
      'group(_example)',
      `user(_example) = ${line}`,
      'virtual-a',
      'virtual-b = 3-0',
    ]);
    assert.deepEqual(imported.scripts, ['postinst']);
    assert.match(imported.spec, /^# Maintainer scripts, not carried over: postinst$/m);
  });
});

test('files keep type, mode, owner and links, and get flags and languages', async () => {
  await withStore(async (store) => {
    const { metadata } = await importSample(store);
    const byPath = new Map(metadata.files.map((file) => [file.path, file]));
    assert.equal(byPath.get('/usr/bin/example')?.mode, 0o100755);
    assert.equal(byPath.has('/bin'), false);
    assert.equal(byPath.get('/usr/bin/su-example')?.mode, 0o104755);
    assert.equal(byPath.get('/usr/bin/su-link')?.inode, byPath.get('/usr/bin/su-example')?.inode);
    assert.equal(byPath.get('/usr/bin/su-link')?.digest, byPath.get('/usr/bin/su-example')?.digest);
    assert.equal(byPath.get('/usr/bin/alias')?.linkTarget, '../lib/x y');
    assert.equal(byPath.get('/etc/example.conf')?.flags, 17);
    assert.equal(byPath.get('/usr/share/doc/example/copyright')?.flags, 128);
    assert.equal(byPath.get('/usr/share/doc/example/README')?.flags, 2);
    assert.equal(byPath.get('/usr/share/locale/pt_BR/LC_MESSAGES/e.mo')?.lang, 'pt_BR');
    assert.equal(byPath.get('/usr/share/example/50%')?.group, 'mail');
    assert.equal(byPath.get('/usr/share/example/with space [1]')?.sizeBytes, 0);
  });
});

test('equal input gives equal bytes', async () => {
  const digests = [await withStore(importSample), await withStore(importSample)].map(({ digest }) => digest);
  assert.equal(digests[0], digests[1]);
});

test('facts of the snapshot decide virtual names, obsoletes and repaired bounds', async () => {
  const other = (name: string, relations: RelationSource['relations'] = {}): RelationSource => ({
    ...{ name, version: '1.0-1', architecture: 'amd64', relations },
  });
  const own: RelationSource = {
    ...{ name: 'example', version: '1:1.0+b~2-1', architecture: 'amd64' },
    relations: {
      Provides: 'virtual-a, virtual-b (= 3)',
      Breaks: 'gone (<< 2), old-name (<< 3)',
      Replaces: 'gone (<< 2), old-name (<< 3)',
    },
  };
  const context = buildImportContext([own, other('old-name'), other('user', { Depends: 'virtual-a (>= 2)' })]);
  const facts = importFacts(context, own);
  assert.deepEqual(facts, { virtualNames: ['virtual-a'], absentNames: ['gone'], repairs: {} });
  await withStore(async (store) => {
    const { metadata } = await importSample(store, { facts: facts as typeof noFacts });
    assert.deepEqual(metadata.obsoletes.map(formatDependency), ['gone < 2-0']);
    assert.deepEqual(metadata.conflicts.map(formatDependency), ['old-name < 3-0']);
    const provides = metadata.provides.map(({ name }) => name);
    assert.ok(provides.includes('deb-virtual(virtual-a)') && !provides.includes('virtual-a'));
  });
});

test('overlays change tags, files and what is packaged', async () => {
  await withStore(async (store) => {
    const overlays: Overlay[] = [
      { type: 'spec-set-tag', tag: 'Vendor', value: 'Overlaid' },
      { type: 'spec-add-tag', tag: 'Requires', value: 'extra >= 2' },
      { type: 'file-search-replace', file: 'etc/example.conf', regex: 'red', replacement: 'blue' },
      { type: 'file-add', file: 'etc/example.d/new.conf', source: 'new.conf' },
      {
        type: 'spec-append-lines',
        section: '%files',
        lines: ['%config(noreplace) /etc/example.d/new.conf', '%exclude /usr/bin/alias'],
      },
      {
        type: 'spec-search-replace',
        section: '%files',
        regex: '^%attr\\(4755, root, root\\) /usr/bin/su-example$',
        replacement: '%attr(0755, root, root) /usr/bin/su-example',
      },
    ];
    const { metadata, deviations, digest } = await importSample(store, { overlays });
    assert.equal(metadata.vendor, 'Overlaid');
    assert.ok(metadata.requires.some((dependency) => formatDependency(dependency) === 'extra >= 2'));
    const byPath = new Map(metadata.files.map((file) => [file.path, file]));
    assert.equal(byPath.has('/usr/bin/alias'), false);
    assert.equal(byPath.get('/usr/bin/su-example')?.mode, 0o100755);
    assert.equal(byPath.get('/etc/example.d/new.conf')?.mode, 0o100600);
    assert.equal(deviations.length, overlays.length);
    assert.equal((await contents(store, digest)).get('/etc/example.conf'), 'colour = blue\n');
    assert.equal((await contents(store, digest)).get('/etc/example.d/new.conf'), 'from new.conf\n');
  });
});

async function contents(store: Store, digest: Digest): Promise<Map<string, string>> {
  const opened = await openPackage(store.path(digest));
  const metadata = packageMetadata(opened.header);
  const found = new Map<string, string>();
  for await (const member of readPayload(opened)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of member.content) {
      chunks.push(Buffer.from(chunk));
    }
    found.set(metadata.files[member.index]?.path ?? '', Buffer.concat(chunks).toString());
  }
  return found;
}

async function code(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (failure) {
    assert.ok(failure instanceof SlipwayError, String(failure));
    return failure.code;
  }
}

test('%files and payload must name the same files', async () => {
  await withStore(async (store) => {
    const added: Overlay[] = [{ type: 'file-add', file: 'etc/unlisted', source: 'x' }];
    assert.equal(await code(importSample(store, { overlays: added })), 'UPSTREAM_FILES');
    const removed: Overlay[] = [{ type: 'file-remove', file: 'etc/example.conf' }];
    assert.equal(await code(importSample(store, { overlays: removed })), 'UPSTREAM_FILES');
    const scripted: Overlay[] = [{ type: 'spec-append-lines', section: '%files', lines: ['%post', 'true'] }];
    assert.equal(await code(importSample(store, { overlays: scripted })), 'UPSTREAM_BAD_SPEC');
    assert.deepEqual(await readdir(join(store.root, 'incoming')), []);
  });
});

test('hostile packages are refused', async () => {
  const hostile: readonly TestEntry[][] = [
    [{ path: './usr/../../etc/passwd', content: '' }],
    [
      { path: './usr/a', content: '' },
      { path: './usr/a', content: '' },
    ],
    [{ path: './usr/a', type: 'hardlink', target: './usr/b' }],
    [{ path: './usr/a\nb', content: '' }],
    [{ path: './usr/a', content: '', user: 'no such;user' }],
    [
      { path: './bin/a', content: '1' },
      { path: './usr/bin/a', content: '2' },
    ],
  ];
  await withStore(async (store) => {
    for (const entries of hostile) {
      assert.equal(
        await code(importSample(store, { from: { control, entries } })),
        'UPSTREAM_BAD_PACKAGE',
        entries[0]?.path,
      );
    }
    const noControl = arArchive([['debian-binary', Buffer.from('2.0\n')]]);
    const { digest } = await store.put(noControl);
    assert.equal(await code(importPackage({ deb: digest, store, facts: noFacts, options })), 'UPSTREAM_BAD_PACKAGE');
  });
});

test('damaged packages are refused with a code and leave nothing behind', async () => {
  const deb = await buildDeb(sample);
  await withStore(async (store) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(deb.length - 1), fc.nat(255), fc.boolean(), async (at, value, cut) => {
        const damaged = cut ? deb.subarray(0, at) : Buffer.from(deb).fill(value, at, at + 1);
        const { digest } = await store.put(damaged);
        await code(importPackage({ deb: digest, store, facts: noFacts, options }));
        assert.deepEqual(await readdir(join(store.root, 'incoming')), []);
      }),
      { numRuns: 60 },
    );
  });
});

test('the real rpm, createrepo_c and dnf5 take the package', { skip: judgeSkip }, async () => {
  const judge = await openJudge('import');
  await withStore(async (store) => {
    const plain = control.replace(/^(Depends|Pre-Depends):.*\n/gm, '');
    const entries = files.filter(({ group }) => group === undefined);
    const { digest } = await importSample(store, { from: { ...sample, control: plain, entries } });
    await judge.copy(store.path(digest), 'example.rpm');
  });
  const rpm = `${judge.inside}/example.rpm`;
  assert.match(await judge.run('rpmkeys', ['-K', rpm]), /digests OK/);
  assert.equal(
    await judge.run('rpm', ['-qp', '--qf', '%{NEVRA} %{LICENSE} %{VENDOR}', rpm]),
    'example-1:1.0^b~^2-1.x86_64 GPL-2.0-or-later OR MIT Example',
  );
  assert.equal(await judge.run('rpm', ['-qpc', rpm]), '/etc/example.conf\n');
  await judge.run('createrepo_c', ['-q', judge.inside]);
  const repository = [
    '--repofrompath',
    `j,file://${judge.inside}`,
    '--repo=j',
    '--setopt=gpgcheck=0',
    '--setopt=pkg_gpgcheck=0',
  ];
  const root = `${judge.inside}/root`;
  await judge.run('dnf5', [
    '-y',
    '-q',
    `--installroot=${root}`,
    '--releasever=1',
    '--setopt=reposdir=/nonexistent',
    ...repository,
    'install',
    'example',
  ]);
  const verify = await judge.run('rpm', ['--root', root, '-V', '--nodeps', 'example']).catch(String);
  assert.equal(verify, '');
  await judge.close();
});
