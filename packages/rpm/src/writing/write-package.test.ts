import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { tag } from '../header/tags.ts';
import { packageMetadata } from '../metadata/read-metadata.ts';
import { openPackage } from '../package/open-package.ts';
import type { PackageMetadata } from '../package-metadata.ts';
import { readPayload } from '../payload/read-payload.ts';
import { verifyDigests } from '../payload/verify-digests.ts';
import { sampleContents, sampleFileContents, samplePackage } from '../testing/sample-package.ts';
import type { InputFile, PackageInput } from './package-input.ts';
import type { FileContent } from './payload-entries.ts';
import { writePackage } from './write-package.ts';

const directory = await mkdtemp(join(tmpdir(), 'slipway-rpm-'));
after(() => rm(directory, { recursive: true, force: true }));
const path = join(directory, 'sample.rpm');

async function readContents(file: string): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  for await (const { file: member, content, holdsContent } of readPayload(await openPackage(file))) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of content) {
      chunks.push(Buffer.from(chunk));
    }
    if (holdsContent) {
      contents.set(member.path, Buffer.concat(chunks));
    }
  }
  return contents;
}

test('a written package is read back as it was given', async () => {
  const written = await writePackage(path, samplePackage, sampleFileContents());
  const pkg = await openPackage(path);
  const metadata = packageMetadata(pkg.header, pkg.signature);
  assert.equal(pkg.sizeBytes, written.sizeBytes);
  assert.deepEqual(pkg.headerRange, written.headerRange);
  assert.equal(metadata.archiveSizeBytes, written.archiveBytes);
  assert.equal(metadata.installedSizeBytes, 12 + 3_000_001 + 10 + 1);
  for (const key of ['name', 'evr', 'arch', 'summary', 'description', 'vendor', 'changelog', 'buildTime'] as const) {
    assert.deepEqual(metadata[key], samplePackage[key]);
  }
  assert.deepEqual(metadata.scriptlets, samplePackage.scriptlets);
  assert.ok(metadata.requires.some(({ name, pre }) => name === 'dpkg' && pre === true));
  assert.deepEqual(
    metadata.files.map((file) => file.path),
    samplePackage.files.map((file) => file.path).sort(),
  );
});

test('digests hold and contents survive, hard links on the last one', async () => {
  await writePackage(path, samplePackage, sampleFileContents());
  const { checks, verified } = await verifyDigests(await openPackage(path));
  assert.deepEqual([verified, checks.length], [true, 4]);
  const contents = await readContents(path);
  assert.equal(contents.get('/usr/share/sample/empty')?.length, 0);
  for (const [name, content] of Object.entries(sampleContents)) {
    assert.ok(contents.get(name)?.equals(content), name);
  }
  const header = (await openPackage(path)).header;
  const [, a, b] = header.numbers(tag.fileInodes);
  assert.equal(a, b);
});

test('same input, same bytes', async () => {
  await writePackage(path, samplePackage, sampleFileContents());
  const first = await readFile(path);
  await writePackage(
    path,
    { ...samplePackage, files: samplePackage.files.map((file) => ({ ...file })) },
    sampleFileContents(),
  );
  assert.ok(first.equals(await readFile(path)));
});

const refused: readonly (readonly [what: string, change: Partial<PackageInput>, contents?: FileContent[]])[] = [
  ['a path twice', { files: [...samplePackage.files, samplePackage.files[0] as InputFile] }],
  ['a relative path', { files: [{ ...(samplePackage.files[2] as InputFile), path: 'usr' }] }],
  ['a path with dots', { files: [{ ...(samplePackage.files[2] as InputFile), path: '/usr/../etc' }] }],
  ['a hyphen in the version', { evr: { epoch: 0, version: '1-2', release: '1' } }],
  ['no release', { evr: { epoch: 0, version: '1', release: '' } }],
  ['a rich provide', { provides: [{ name: '(a or b)' }] }],
  ['a NUL character', { summary: 'a\0b' }],
  ['missing content', {}, []],
  ['content twice', {}, [...sampleFileContents(), ...sampleFileContents()]],
  ['content of a directory', {}, [{ index: 2, content: [] }]],
  ['content of no file', {}, [{ index: 99, content: [] }]],
  ['content of another size', {}, [{ index: 3, content: [Buffer.from('longer than announced')] }]],
];

for (const [what, change, contents] of refused) {
  test(`${what} is refused, and nothing is left behind`, async () => {
    const target = join(directory, 'refused.rpm');
    await assert.rejects(
      writePackage(target, { ...samplePackage, ...change }, contents ?? sampleFileContents()),
      SlipwayError,
    );
    await assert.rejects(readFile(target));
  });
}

const name = fc
  .string({ unit: fc.constantFrom(...'abcXYZ09ö_+.~'), minLength: 1, maxLength: 8 })
  .map((text) => `n${text}`);
const file = fc.record(
  {
    parts: fc.array(name, { minLength: 1, maxLength: 3 }),
    content: fc.uint8Array({ maxLength: 40 }),
    mode: fc.constantFrom(0o100644, 0o100755, 0o040755, 0o120777),
    mtime: fc.nat(),
    flags: fc.constantFrom(0, 1, 2, 17),
    user: name,
  },
  { noNullPrototype: true },
);
const files = fc.uniqueArray(file, { selector: ({ parts }) => parts.join('/'), maxLength: 8 });

test('any package survives writing and reading', async () => {
  await fc.assert(
    fc.asyncProperty(files, name, name, async (list, packageName, text) => {
      const input: PackageInput = {
        ...samplePackage,
        name: packageName,
        description: text,
        files: list.map(({ parts, content, mode, mtime, flags, user }): InputFile => {
          const isLink = mode === 0o120777;
          const sizeBytes = isLink ? 1 : mode === 0o040755 ? 0 : content.length;
          const place = { rdev: 0, device: 0, inode: 0, lang: '', caps: '', group: 'root' };
          const linkTarget = isLink ? 'x' : '';
          return { ...place, path: `/${parts.join('/')}`, mode, mtime, flags, user, sizeBytes, linkTarget };
        }),
      };
      const contents = list.flatMap(({ mode, content }, index) =>
        (mode & 0o170000) === 0o100000 ? [{ index, content: [content] }] : [],
      );
      const written = await writePackage(path, input, contents);
      const pkg = await openPackage(path);
      const metadata = packageMetadata(pkg.header);
      const byPath = new Map(metadata.files.map((item) => [item.path, item]));
      assert.equal(metadata.name, packageName);
      assert.equal(metadata.description, text);
      for (const [index, expected] of input.files.entries()) {
        const { device, inode, digest, ...found } = byPath.get(expected.path) as PackageMetadata['files'][number];
        assert.deepEqual({ ...found, device: 0, inode: 0 }, expected);
        assert.equal(digest, written.fileDigests[index]);
        assert.ok(device === 1 && inode > 0);
      }
      const read = await readContents(path);
      assert.equal(read.size, contents.length);
      for (const { index, content } of contents) {
        assert.ok(read.get(input.files[index]?.path ?? '')?.equals(content[0] as Uint8Array));
      }
    }),
    { numRuns: 60 },
  );
});
