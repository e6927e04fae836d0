import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { gatherBytes } from './gather-bytes.ts';
import { formatPaxRecord } from './pax-records.ts';
import { type TarEntry, type TarWriteEntry, tarChecksum } from './tar-entry.ts';
import { readTar } from './tar-reader.ts';
import { writeTar } from './tar-writer.ts';

type Flat = Record<string, unknown>;

async function readAll(bytes: Uint8Array, pieces = bytes.length): Promise<Flat[]> {
  const entries: Flat[] = [];
  function* cut() {
    for (let at = 0; at < bytes.length; at += pieces) {
      yield bytes.subarray(at, at + pieces);
    }
  }
  for await (const entry of readTar(cut())) {
    entries.push(await flatten(entry));
  }
  return entries;
}

async function flatten(entry: TarEntry | TarWriteEntry): Promise<Flat> {
  const xattrs = [...entry.xattrs].map(([name, value]) => [name, Buffer.from(value).toString('hex')]);
  const content = entry.type === 'file' ? { content: (await gatherBytes(entry.content)).toString('hex') } : {};
  return { ...entry, xattrs: xattrs.sort(), ...content };
}

function fails(code: string) {
  return (error: unknown) => error instanceof SlipwayError && error.code === code;
}

const rootOwned = { uid: 0, gid: 0, user: 'root', group: 'root', mtime: 1_700_000_000, xattrs: new Map() };

function file(path: string, content: string | Buffer, more: Partial<TarWriteEntry> = {}): TarWriteEntry {
  const bytes = Buffer.from(content);
  return {
    ...rootOwned,
    mode: 0o644,
    ...more,
    path,
    type: 'file',
    sizeBytes: bytes.length,
    content: [bytes],
  } as TarWriteEntry;
}

function judge(program: string, archive: Uint8Array, args: string[]): string {
  const result = spawnSync(program, args, {
    input: archive,
    maxBuffer: 1 << 26,
    env: { ...process.env, TZ: 'UTC', LC_ALL: 'C.UTF-8' },
  });
  assert.equal(result.status, 0, `${program}: ${result.stderr}`);
  assert.equal(result.stderr.toString(), '');
  return result.stdout.toString();
}

function missing(program: string): string | false {
  return spawnSync(program, ['--version']).status === 0 ? false : `${program} is not installed`;
}

const longDirectory = `./${'d'.repeat(90)}/${'e'.repeat(90)}`;
const specimens: TarWriteEntry[] = [
  { ...rootOwned, path: './dev', mode: 0o755, type: 'directory' },
  { ...rootOwned, path: './dev/null', mode: 0o666, type: 'character-device', major: 1, minor: 3 },
  { ...rootOwned, path: './dev/sda', mode: 0o660, type: 'block-device', major: 259, minor: 70_000 },
  { ...rootOwned, path: './run/pipe', mode: 0o600, type: 'fifo' },
  file('./bin/tool', 'content', { mode: 0o4755, uid: 3_000_000, gid: 4_000_000_000 }),
  { ...rootOwned, path: './bin/other', mode: 0o4755, type: 'hardlink', linkTarget: './bin/tool' },
  { ...rootOwned, path: './sbin', mode: 0o777, type: 'symlink', linkTarget: 'usr/sbin' },
  { ...rootOwned, path: './far', mode: 0o777, type: 'symlink', linkTarget: `../${'t'.repeat(200)}` },
  file(`${longDirectory}/plain`, 'x'),
  file(`./${'n'.repeat(150)}`, 'y'.repeat(513)),
  file('./größe/日本', 'unicode', { user: 'jörg', group: 'g'.repeat(40) }),
  file('./usr/bin/ping', Buffer.alloc(1024, 7), {
    xattrs: new Map([
      ['security.selinux', Buffer.from('system_u:object_r:ping_exec_t:s0\0')],
      ['security.capability', Buffer.from('0100000200200000000000000000000000000000', 'hex')],
    ]),
  }),
  file('./old', '', { mtime: -5 }),
];

test('what is written reads back the same, in pieces of any size, and twice gives the same bytes', async () => {
  const archive = await gatherBytes(writeTar(specimens));
  assert.ok(archive.equals(await gatherBytes(writeTar(specimens))));
  const expected = await Promise.all(specimens.map(flatten));
  for (const pieces of [1, 511, 4096, archive.length]) {
    assert.deepEqual(await readAll(archive, pieces), expected);
  }
});

test('GNU tar lists our archives with owners beyond octal, devices, links and long names', {
  skip: missing('tar'),
}, async () => {
  const archive = await gatherBytes(writeTar(specimens));
  const lines = judge('tar', archive, ['--numeric-owner', '--xattrs', '--xattrs-include=*', '-tvvf', '-']).split('\n');
  const line = (name: string) => lines.find((candidate) => candidate.includes(` ${name}`)) ?? '';
  assert.match(line('./bin/tool'), /^-rwsr-xr-x +3000000\/4000000000 +7 2023-11-14 22:13/);
  assert.match(line('./dev/null'), /^crw-rw-rw- +0\/0 +1,3 /);
  assert.match(line('./dev/sda'), /^brw-rw---- +0\/0 +259,70000 /);
  assert.match(line('./bin/other'), /^hrwsr-xr-x .* link to \.\/bin\/tool$/);
  assert.match(line('./far'), new RegExp(`-> \\.\\./t{200}$`));
  assert.match(line(`./${'n'.repeat(150)}`), / 513 /);
  assert.match(line('./run/pipe'), /^prw-------/);
  assert.match(line('./old'), / 1969-12-31 23:59 /);
  assert.ok(lines.some((candidate) => candidate.includes('security.capability')));
  assert.match(judge('tar', archive, ['-tvf', '-']), /jörg\/g{40} /);
});

test('bsdtar lists our archives the same', { skip: missing('bsdtar') }, async () => {
  const listing = judge('bsdtar', await gatherBytes(writeTar(specimens)), ['--numeric-owner', '-tvf', '-']);
  assert.match(listing, / 3000000 +4000000000 +7 .* \.\/bin\/tool/);
  assert.match(listing, /259,70000 .* \.\/dev\/sda/);
});

for (const format of ['v7', 'ustar', 'gnu', 'oldgnu', 'posix']) {
  test(`archives of GNU tar in ${format} format are read`, { skip: missing('tar') }, async () => {
    const { mkdtempSync, mkdirSync, writeFileSync, linkSync, symlinkSync, rmSync } = await import('node:fs');
    const directory = mkdtempSync('/tmp/slipway-tar-');
    try {
      const deep = format === 'v7' || format === 'ustar' ? 'short' : `${'a'.repeat(60)}/${'b'.repeat(60)}`;
      mkdirSync(`${directory}/${deep}`, { recursive: true });
      writeFileSync(`${directory}/${deep}/file`, 'hello');
      linkSync(`${directory}/${deep}/file`, `${directory}/${deep}/link`);
      symlinkSync(format === 'gnu' || format === 'posix' ? 'z'.repeat(120) : 'z', `${directory}/${deep}/symbolic`);
      const args = [
        '--format',
        format,
        '--sort=name',
        '--owner=u:70000',
        '--group=g:80000',
        '--mtime=@1600000000',
        '-cf',
        '-',
        '.',
      ];
      const made = spawnSync('tar', args, { cwd: directory });
      assert.equal(made.status, 0, made.stderr.toString());
      const entries = await readAll(made.stdout);
      const find = (name: string) => entries.find(({ path }) => path === `./${deep}/${name}`) as Flat;
      assert.equal(entries[0]?.path, '.');
      assert.deepEqual(
        [find('file').content, find('file').uid, find('file').gid],
        [Buffer.from('hello').toString('hex'), 70_000, 80_000],
      );
      assert.deepEqual([find('link').type, find('link').linkTarget], ['hardlink', `./${deep}/file`]);
      assert.match(String(find('symbolic').linkTarget), /^z+$/);
      assert.equal(find('file').mtime, 1_600_000_000);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
}

/** A header block with a right checksum; fields by offset. */
function header(type: string, size: string, fields: Record<number, string | Buffer> = {}): Buffer {
  const block = Buffer.alloc(512);
  block.write('name', 0);
  block.write('0000644\0', 100);
  block.write(size, 124);
  block.write(type, 156);
  block.write('ustar\x0000', 257, 'latin1');
  for (const [at, value] of Object.entries(fields)) {
    Buffer.from(value as string).copy(block, Number(at));
  }
  block.write(`${tarChecksum(block).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function block(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content as string);
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

const end = Buffer.alloc(1024);

test('global records apply until replaced, base-256 numbers and PAX sizes are understood', async () => {
  const big = Buffer.from('8000000000000000003ade68', 'hex');
  const globals = Buffer.concat([formatPaxRecord('gname', 'everyone'), formatPaxRecord('uid', '77')]);
  const own = Buffer.concat([
    formatPaxRecord('uid', ''),
    formatPaxRecord('size', '3'),
    formatPaxRecord('mtime', '12.75'),
  ]);
  const archive = Buffer.concat([
    header('g', globals.length.toString(8), {}),
    block(globals),
    header('0', '0', { 108: Buffer.from('8000000000003039', 'hex') }),
    header('x', own.length.toString(8)),
    block(own),
    header('0', '0', { 108: Buffer.from('8000000000003039', 'hex'), 136: big }),
    block('abc'),
    end,
  ]);
  const [first, second] = await readAll(archive);
  assert.deepEqual([first?.uid, first?.group], [77, 'everyone']);
  assert.deepEqual([second?.uid, second?.sizeBytes, second?.mtime], [12_345, 3, 12]);
});

test('archives that break the format are refused', async () => {
  const good = Buffer.concat([header('0', '3'), block('abc'), end]);
  const sum = Buffer.from(good);
  sum[0] = 0x6f;
  const xattr = formatPaxRecord('path', 'other');
  const cases: [string, Buffer, string][] = [
    ['nothing', Buffer.alloc(0), 'FORMATS_TRUNCATED'],
    ['no end marker', good.subarray(0, 1024), 'FORMATS_TRUNCATED'],
    ['half an end marker', good.subarray(0, 1536), 'FORMATS_TRUNCATED'],
    ['content cut', good.subarray(0, 514), 'FORMATS_TRUNCATED'],
    ['wrong checksum', sum, 'FORMATS_BAD_ARCHIVE'],
    ['no octal', Buffer.concat([header('0', '9'), end]), 'FORMATS_BAD_ARCHIVE'],
    ['negative size', Buffer.concat([header('0', '', { 124: Buffer.alloc(12, 0xff) }), end]), 'FORMATS_BAD_ARCHIVE'],
    ['one zero block', Buffer.concat([end.subarray(512), good]), 'FORMATS_BAD_ARCHIVE'],
    ['bytes after the end', Buffer.concat([good, Buffer.from('hidden')]), 'FORMATS_BAD_ARCHIVE'],
    ['directory with content', Buffer.concat([header('5', '3'), block('abc'), end]), 'FORMATS_BAD_ARCHIVE'],
    ['sparse', Buffer.concat([header('S', '0'), end]), 'FORMATS_UNSUPPORTED'],
    ['multi-volume', Buffer.concat([header('M', '0'), end]), 'FORMATS_UNSUPPORTED'],
    ['name not UTF-8', Buffer.concat([header('0', '0', { 0: Buffer.from([0xff, 0xfe]) }), end]), 'FORMATS_UNSUPPORTED'],
    ['huge long name', Buffer.concat([header('L', '77777777'), end]), 'CORE_LIMIT'],
    [
      'two long names',
      Buffer.concat([header('L', '1'), block('a'), header('L', '1'), block('b'), end]),
      'FORMATS_BAD_ARCHIVE',
    ],
    [
      'records without entry',
      Buffer.concat([header('x', xattr.length.toString(8)), block(xattr), end]),
      'FORMATS_BAD_ARCHIVE',
    ],
    ...['12 path', '5 a\n', '99 path=x\n', '08 a=bc\n', '6 =ab\n', 'x a=b\n'].map(
      (record): [string, Buffer, string] => [
        JSON.stringify(record),
        Buffer.concat([header('x', record.length.toString(8)), block(record), header('0', '0'), end]),
        'FORMATS_BAD_ARCHIVE',
      ],
    ),
  ];
  for (const [name, archive, code] of cases) {
    await assert.rejects(readAll(archive), fails(code), name);
  }
});

test('content of another size than declared, and values without a form in tar, are not written', async () => {
  const writing = (entry: object) => gatherBytes(writeTar([{ ...file('./x', 'abc'), ...entry } as TarWriteEntry]));
  await assert.rejects(writing({ sizeBytes: 2 }), fails('FORMATS_SIZE_MISMATCH'));
  await assert.rejects(writing({ sizeBytes: 4 }), fails('FORMATS_SIZE_MISMATCH'));
  await assert.rejects(writing({ path: '' }), fails('FORMATS_NOT_WRITABLE'));
  await assert.rejects(writing({ path: 'a\0b' }), fails('FORMATS_NOT_WRITABLE'));
  await assert.rejects(writing({ uid: -1 }), fails('FORMATS_NOT_WRITABLE'));
  await assert.rejects(writing({ type: 'block-device', major: 2 ** 21, minor: 0 }), fails('FORMATS_NOT_WRITABLE'));
});

test('a size over 8 GiB goes into a PAX record that GNU tar and we read', { skip: missing('tar') }, async () => {
  const sizeBytes = 9 * 2 ** 30;
  const piece = Buffer.alloc(1 << 20);
  const entry: TarWriteEntry = { ...rootOwned, path: 'big', mode: 0o644, type: 'file', sizeBytes, content: [piece] };
  const head: Uint8Array[] = [];
  await assert.rejects(async () => {
    for await (const chunk of writeTar([entry])) {
      head.push(chunk);
    }
  }, fails('FORMATS_SIZE_MISMATCH'));
  const listed = spawnSync('tar', ['-tvf', '-'], { input: Buffer.concat(head) });
  assert.match(listed.stdout.toString(), / 9663676416 .* big/);
  for await (const found of readTar(head)) {
    assert.equal(found.type === 'file' && found.sizeBytes, sizeBytes);
    break;
  }
});

test('a name of slashes takes no time, and a thousand global records are enough', async () => {
  const path = formatPaxRecord('path', `${'/'.repeat(900_000)}x${'/'.repeat(100_000)}`);
  const long = Buffer.concat([header('x', path.length.toString(8)), block(path), header('0', '0'), end]);
  const [entry] = await readAll(long);
  assert.equal(String(entry?.path).length, 900_001);
  const records = Buffer.concat(Array.from({ length: 1001 }, (_, index) => formatPaxRecord(`k${index}`, 'v')));
  const many = Buffer.concat([header('g', records.length.toString(8)), block(records), header('0', '0'), end]);
  await assert.rejects(readAll(many), fails('CORE_LIMIT'));
});

const name = fc.stringMatching(/^[a-zA-Zäß世._ -]{1,120}$/);
const arbitraryEntry: fc.Arbitrary<TarWriteEntry> = fc
  .record({
    path: fc.array(name, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/')),
    mode: fc.nat(0o7777),
    uid: fc.nat(2 ** 32 - 2),
    gid: fc.nat(2 ** 32 - 2),
    user: fc.oneof(fc.constant(''), name),
    group: fc.oneof(fc.constant(''), name),
    mtime: fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
    xattrs: fc
      .dictionary(fc.stringMatching(/^user\.[a-z]{1,20}$/), fc.uint8Array({ maxLength: 100, minLength: 1 }), {
        maxKeys: 3,
      })
      .map((values) => new Map(Object.entries(values))),
    rest: fc.oneof(
      fc
        .uint8Array({ maxLength: 2000 })
        .map((bytes) => ({ type: 'file' as const, sizeBytes: bytes.length, content: [bytes] })),
      fc.record({ type: fc.constantFrom('symlink' as const, 'hardlink' as const), linkTarget: name }),
      fc.record({
        type: fc.constantFrom('block-device' as const, 'character-device' as const),
        major: fc.nat(4095),
        minor: fc.nat(2 ** 20),
      }),
      fc.record({ type: fc.constantFrom('directory' as const, 'fifo' as const) }),
    ),
  })
  .map(({ rest, ...attributes }) => ({ ...attributes, ...rest }));

test('any entries read back as written', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(arbitraryEntry, { maxLength: 5 }), async (entries) => {
      const archive = await gatherBytes(writeTar(entries));
      assert.deepEqual(await readAll(archive, 700), await Promise.all(entries.map(flatten)));
    }),
  );
});

test('changed archives never fail with anything but a coded error', async () => {
  const whole = await gatherBytes(writeTar(specimens));
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), async (at, value, repair) => {
      const bytes = Buffer.from(whole);
      bytes[at] = value;
      const start = at - (at % 512);
      if (repair) {
        const changed = bytes.subarray(start, start + 512);
        changed.write(`${tarChecksum(changed).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
      }
      await readAll(bytes).catch((error) => assert.ok(error instanceof SlipwayError, String(error)));
    }),
    { numRuns: 500 },
  );
});
