import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { SlipwayError, sha256 } from '@slipway/core';
import fc from 'fast-check';
import { gatherBytes } from './gather-bytes.ts';
import { writeGnuTar } from './gnu-tar-writer.ts';
import type { TarWriteEntry } from './tar-entry.ts';
import { readTar } from './tar-reader.ts';

const plain = { mode: 0o644, uid: 0, gid: 0, user: '', group: '', mtime: 0, xattrs: new Map<string, Uint8Array>() };

function file(path: string, content = '', more: Partial<TarWriteEntry> = {}): TarWriteEntry {
  const bytes = Buffer.from(content, 'latin1');
  return { ...plain, ...more, path, type: 'file', sizeBytes: bytes.length, content: [bytes] } as TarWriteEntry;
}

function directory(path: string): TarWriteEntry {
  return { ...plain, mode: 0o755, path, type: 'directory' };
}

function link(path: string, linkTarget: string): TarWriteEntry {
  return { ...plain, mode: 0o777, path, type: 'symlink', linkTarget };
}

const options = { names: 'bytes' } as const;

function missing(program: string): string | false {
  return spawnSync(program, ['--version']).status === 0 ? false : `${program} is not installed`;
}

/** A path longer than a field whose hundredth byte is a slash. */
const cutAtSlash = `${'d'.repeat(99)}/file`;
const specimens = [
  directory('pkg-1.0'),
  file('pkg-1.0/a', 'content', { mode: 0o755 }),
  file(`pkg-1.0/${'n'.repeat(92)}`, 'a name of exactly one field'),
  file(`pkg-1.0/${'n'.repeat(93)}`, 'one byte more'),
  file(`pkg-1.0/${'p'.repeat(300)}`, 'x'.repeat(512)),
  directory(`pkg-1.0/${'q'.repeat(91)}`),
  file(cutAtSlash, 'cut'),
  file('pkg-1.0/gr\xc3\xb6\xc3\x9fe', 'UTF-8'),
  file('pkg-1.0/gr\xf6\xdfe', 'Latin-1'),
  link('pkg-1.0/short', 'a'),
  link('pkg-1.0/long', `b/${'t'.repeat(200)}`),
];

async function readBack(bytes: Uint8Array): Promise<unknown[]> {
  const entries: unknown[] = [];
  for await (const entry of readTar([bytes], options)) {
    entries.push(await flat(entry as TarWriteEntry));
  }
  return entries;
}

async function flat(entry: TarWriteEntry): Promise<unknown> {
  return entry.type === 'file' ? { ...entry, content: (await gatherBytes(entry.content)).toString('latin1') } : entry;
}

test('names of any bytes and length read back as written, and the bytes are always the same', async () => {
  const archive = await gatherBytes(writeGnuTar(specimens, options));
  assert.deepEqual(await readBack(archive), await Promise.all(specimens.map(flat)));
  // the stream that Go's archive/tar (1.19, FormatGNU) writes for the same entries
  assert.equal(sha256(archive), 'c6ff55708aaaf63e8347636626c5e79aae29cbb4a56f9abad2a5683ded6ce82e');
});

for (const program of ['tar', 'bsdtar']) {
  test(`${program} lists what is written, without a warning`, { skip: missing(program) }, async () => {
    const input = await gatherBytes(writeGnuTar(specimens, options));
    const listed = spawnSync(program, ['-tvf', '-'], { input, env: { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' } });
    assert.equal(listed.status, 0, listed.stderr.toString());
    assert.equal(listed.stderr.toString(), '');
    const text = listed.stdout.toString();
    assert.match(text, /drwxr-xr-x .* pkg-1\.0\/\n/);
    assert.match(text, new RegExp(`pkg-1\\.0/p{300}\\n`));
    assert.match(text, /lrwxrwxrwx .* pkg-1\.0\/long -> b\/t{200}\n/);
    assert.equal(text.trimEnd().split('\n').length, specimens.length);
  });
}

test('sizes over 8 GiB are written in base 256', { skip: missing('tar') }, async () => {
  const sizeBytes = 9 * 2 ** 30;
  const entry: TarWriteEntry = { ...plain, path: 'big', type: 'file', sizeBytes, content: [] };
  const head = (await writeGnuTar([entry]).next()).value as Buffer;
  const listed = spawnSync('tar', ['-tvf', '-'], { input: head });
  assert.match(listed.stdout.toString(), / 9663676416 .* big/);
  for await (const found of readTar([head])) {
    assert.equal(found.type === 'file' && found.sizeBytes, sizeBytes);
    break;
  }
});

const name = fc.string({
  unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)),
  minLength: 1,
});
const path = fc
  .tuple(name, fc.constantFrom(1, 1, 1, 3, 30))
  .map(([text, times]) => `p${text.replaceAll('/', '.').repeat(times)}`);
const arbitraryEntry: fc.Arbitrary<TarWriteEntry> = fc
  .record({
    path: fc.array(path, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
    mode: fc.nat(0o7777),
    uid: fc.nat(2 ** 32),
    mtime: fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
    rest: fc.oneof(
      fc.string().map((text) => {
        const content = [Buffer.from(text)];
        return { type: 'file' as const, sizeBytes: (content[0] as Buffer).length, content };
      }),
      path.map((linkTarget) => ({ type: 'symlink' as const, linkTarget })),
      fc.constant({ type: 'directory' as const }),
    ),
  })
  .map(({ rest, ...attributes }) => ({ ...plain, ...attributes, ...rest }));

test('any entries read back as written', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(arbitraryEntry, { maxLength: 5 }), async (entries) => {
      const archive = await gatherBytes(writeGnuTar(entries, options));
      assert.deepEqual(await readBack(archive), await Promise.all(entries.map(flat)));
    }),
  );
});

test('what the format has no place for is not written', async () => {
  const refused: TarWriteEntry[] = [
    file('a', '', { xattrs: new Map([['user.a', Buffer.from('b')]]) }),
    file('a', '', { user: 'u'.repeat(32) }),
    file('a', '', { uid: -1 }),
    file('a/'),
    file(''),
    file('a\0b'),
    link('a', 'Ā'),
  ];
  for (const [index, entry] of refused.entries()) {
    await assert.rejects(
      gatherBytes(writeGnuTar([entry], options)),
      (error) => error instanceof SlipwayError && error.code === 'FORMATS_NOT_WRITABLE',
      `entry ${index}`,
    );
  }
});
