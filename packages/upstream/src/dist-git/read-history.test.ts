import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { openUpstream } from '../testing/upstream-fixture.ts';
import { parseCommit } from './git/commit-object.ts';
import { objectId, parseObjectSizes, parseObjects } from './git/git-object.ts';
import { parseTree } from './git/tree-object.ts';

test('a history has every commit with people, times, message, spec and changelog, children first', async (t) => {
  const upstream = await openUpstream(t);
  const { history } = upstream;
  const root = history.commit({ message: 'import', time: 100, authored: 50, files: { other: '' } });
  const spec = history.commit({ message: 'spec\n\n- a\n- b', time: 90, files: { 'demo.spec': 'Version: 1\n' } });
  history.branch('side', root);
  const side = history.commit({ message: 'side ü', time: 200, files: { changelog: '* x\n' } });
  history.git(['checkout', '--quiet', 'rawhide']);
  const merge = history.merge('side', 300);
  const { commits, readBlob } = await upstream.distGit().history(upstream.uri, merge, 'demo.spec');
  const byId = new Map(commits.map((commit) => [commit.id, commit]));

  assert.deepEqual(commits.map(({ id }) => id).slice(0, 1), [merge]);
  assert.deepEqual(new Set(byId.keys()), new Set([merge, side, spec, root]));
  assert.equal(commits.at(-1)?.id, root);
  const { tree, ...first } = byId.get(root) ?? assert.fail();
  assert.match(tree, /^[0-9a-f]{40}$/);
  assert.deepEqual(first, {
    ...{ id: root, parents: [], author: { name: 'Ada', email: 'ada@example.org' } },
    ...{ authored: 50, committed: 100, message: 'import\n' },
  });
  assert.deepEqual(byId.get(merge)?.parents, [spec, side]);
  assert.equal(byId.get(side)?.message, 'side ü\n');
  assert.equal(byId.get(side)?.spec, undefined);
  assert.equal(byId.get(spec)?.changelog, undefined);
  assert.equal(`${await readBlob(byId.get(merge)?.changelog ?? '')}`, '* x\n');
  assert.equal(`${await readBlob(byId.get(merge)?.spec ?? '')}`, 'Version: 1\n');
  await assert.rejects(readBlob(root), { code: 'CORE_BUG' });
});

test('specs of a long history come in chunks that a longer history has too', async (t) => {
  const upstream = await openUpstream(t);
  const version = (index: number) => `Version: ${index}\n`;
  const commit = (index: number) =>
    upstream.history.commit({ message: `v${index}`, time: index, files: { 'demo.spec': version(index) } });
  const ids = Array.from({ length: 70 }, (_, index) => commit(index));
  const read = async (offline: boolean, id: string | undefined, count: number) => {
    const run = upstream.distGit({ offline });
    const { commits, readBlob } = await run.history(upstream.uri, id ?? '', 'demo.spec');
    const specs = await Promise.all(commits.slice(0, count).map(({ spec }) => readBlob(spec ?? '')));
    return specs.map(String);
  };

  assert.deepEqual(
    await read(false, ids.at(-1), 70),
    ids.map((_, index) => version(69 - index)),
  );
  const next = commit(70);
  assert.deepEqual(await read(false, next, 2), [version(70), version(69)]);
  assert.deepEqual(await read(true, next, 71), [70, ...ids.map((_, index) => 69 - index)].map(version));
});

test('a link in place of the spec is no spec', async (t) => {
  const upstream = await openUpstream(t);
  const { history } = upstream;
  const commit = history.commitTree('rawhide', `120000 blob ${history.blob('/etc/passwd')}\tdemo.spec\n`, 1);
  const { commits } = await upstream.distGit().history(upstream.uri, commit, 'demo.spec');

  assert.equal(commits[0]?.spec, undefined);
});

test('commits are read as git reads them: encodings, broken names and times, long headers', () => {
  const tree = `tree ${'1'.repeat(40)}\n`;
  const latin = Buffer.from(
    `${tree}author M\xfcller <m@example.org> 5 +0100\ncommitter x\nencoding ISO-8859-1\n\n\xe4`,
    'latin1',
  );
  const signed = Buffer.from(`${tree}author A <a> 7 +0000\ncommitter B <b> 8 +0000\ngpgsig x\n \n y\n\nmessage`);

  assert.deepEqual(parseCommit('id', latin), {
    ...{ tree: '1'.repeat(40), parents: [], author: { name: 'Müller', email: 'm@example.org' } },
    ...{ authored: 5, committed: 0, message: 'ä' },
  });
  assert.deepEqual([parseCommit('id', signed).committed, parseCommit('id', signed).message], [8, 'message']);
});

test('no bytes make the readers of objects throw anything but their errors', () => {
  const readers = [
    (bytes: Buffer) => parseCommit('id', bytes),
    (bytes: Buffer) => parseTree('id', bytes),
    (bytes: Buffer) => parseObjects(bytes),
    (bytes: Buffer) => parseObjectSizes(bytes),
  ];
  const pieces = fc.constantFrom(
    'tree ',
    'parent ',
    'author ',
    '\n',
    '\0',
    '100644 a\0',
    '1'.repeat(40),
    ' blob 3\n',
    '<',
    '>',
  );
  const bytes = fc.array(fc.oneof(pieces, fc.string()), { maxLength: 12 }).map((parts) => Buffer.from(parts.join('')));
  fc.assert(
    fc.property(bytes, (input) => {
      for (const read of readers) {
        try {
          read(input);
        } catch (failure) {
          assert.ok(failure instanceof SlipwayError && failure.code.startsWith('UPSTREAM_'), String(failure));
        }
      }
    }),
  );
});

test('what git cat-file prints comes out as it went in, and other bytes are noticed', () => {
  const object = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(fc.array(object, { minLength: 1, maxLength: 5 }), fc.nat(), (blobs, place) => {
      const printed = Buffer.concat(
        blobs.map((bytes) =>
          Buffer.concat([Buffer.from(`${objectId('blob', bytes)} blob ${bytes.length}\n`), bytes, Buffer.from('\n')]),
        ),
      );
      assert.deepEqual(
        parseObjects(printed).map(({ bytes }) => bytes),
        blobs,
      );
      const last = blobs.at(-1) as Buffer;
      const changed = Buffer.from(printed);
      const position = printed.length - 2 - (place % Math.max(1, last.length));
      changed[position] = (changed[position] as number) ^ 1;
      assert.throws(() => parseObjects(changed), { code: 'UPSTREAM_CACHE_DAMAGED' });
    }),
  );
});
