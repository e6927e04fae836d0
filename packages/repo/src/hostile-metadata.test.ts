import assert from 'node:assert/strict';
import { createReadStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { SlipwayError, sha256 } from '@slipway/core';
import fc from 'fast-check';
import { formatComps, readComps } from './comps.ts';
import { formatMetalink, readMetalink } from './metalink.ts';
import { openMetadata } from './open-metadata.ts';
import { formatPackage } from './package-xml.ts';
import { readFilelists } from './read-filelists.ts';
import { readPackages, readPrimary } from './read-primary.ts';
import { type RepomdRecord, readRepomd } from './repomd.ts';
import { arbitraryEntry } from './testing/arbitrary-entry.ts';
import { rpmData, skipWithoutData } from './testing/oracle-packages.ts';
import { readUpdateinfo } from './updateinfo.ts';
import { writeRepository } from './write-repository.ts';

const scratch = mkdtempSync(join(tmpdir(), 'hostile-metadata-test-'));
after(() => rmSync(scratch, { recursive: true }));

async function drain(source: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of source) {
    count++;
  }
  return count;
}

/** Every file of a repository, read to its end. */
async function readAll(files: ReadonlyMap<string, Buffer>): Promise<void> {
  const { records } = readRepomd(files.get('repodata/repomd.xml') ?? Buffer.alloc(0));
  for (const record of records) {
    const content = openMetadata([files.get(record.locationHref) ?? Buffer.alloc(0)], record);
    await drain(
      record.type === 'primary' ? readPrimary(content) : record.type === 'filelists' ? readFilelists(content) : content,
    );
  }
  assert.equal(records.length, 3, 'a repository lost files');
}

test('a small repository that is cut at any byte of any file is refused', async () => {
  await writeRepository(scratch, fc.sample(arbitraryEntry, { numRuns: 1, seed: 3 }), { time: 1 });
  const files = new Map<string, Buffer>();
  for (const name of readdirSync(join(scratch, 'repodata'))) {
    files.set(`repodata/${name}`, readFileSync(join(scratch, 'repodata', name)));
  }
  await readAll(files);
  for (const [name, bytes] of files) {
    const whole = name.endsWith('repomd.xml') ? bytes.toString().trimEnd().length : bytes.length;
    for (let length = 0; length < whole; length++) {
      const cut = new Map(files).set(name, bytes.subarray(0, length));
      await assert.rejects(readAll(cut), SlipwayError, `${name} cut at ${length}`);
    }
  }
});

test('a flipped bit of a metadata file is always noticed', async () => {
  const repository = mkdtempSync(join(scratch, 'r-'));
  await writeRepository(repository, fc.sample(arbitraryEntry, { numRuns: 1, seed: 4 }), { time: 1 });
  const [primary] = readRepomd(readFileSync(join(repository, 'repodata/repomd.xml'))).records as [RepomdRecord];
  const bytes = readFileSync(join(repository, primary.locationHref));
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 7 }), async (at, bit) => {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] as number) ^ (1 << bit);
      await assert.rejects(drain(openMetadata([damaged], primary)), SlipwayError);
    }),
  );
});

function recordFor(packed: Buffer, name: string, open: { content: Buffer; sizeBytes: number }): RepomdRecord {
  return {
    type: 'primary',
    locationHref: `repodata/${name}`,
    checksum: { algorithm: 'sha256', value: sha256(packed) },
    sizeBytes: packed.length,
    open: { checksum: { algorithm: 'sha256', value: sha256(open.content) }, sizeBytes: open.sizeBytes },
    timestamp: 0,
  };
}

test('content that is larger than its open-size, or than its packed size allows, ends while it is unpacked', async () => {
  const bomb = Buffer.alloc(1 << 20);
  for (const [name, packed] of [
    ['a.zst', zstdCompressSync(bomb)],
    ['a.gz', gzipSync(bomb)],
  ] as const) {
    const sizes: number[] = [];
    const reading = (async () => {
      for await (const chunk of openMetadata([packed], recordFor(packed, name, { content: bomb, sizeBytes: 1000 }))) {
        sizes.push(chunk.length);
      }
    })();
    await assert.rejects(reading, { code: 'CORE_LIMIT' });
    assert.equal(sizes.length, 0, 'nothing beyond the size was given');
    assert.equal(
      (await drain(openMetadata([packed], recordFor(packed, name, { content: bomb, sizeBytes: bomb.length })))) > 0,
      true,
    );
  }
  const huge = zstdCompressSync(Buffer.alloc(200 << 20));
  const claimed = recordFor(huge, 'a.zst', { content: bomb, sizeBytes: 200 << 20 });
  await assert.rejects(drain(openMetadata([huge], claimed)), { code: 'CORE_LIMIT' });
});

const [entry] = fc.sample(arbitraryEntry, { numRuns: 1, seed: 5 });
const primary = entry === undefined ? '' : formatPackage(entry).primary;
const readers: Readonly<Record<string, (document: Buffer) => Promise<unknown>>> = {
  metadata: (document) => drain(readPrimary([document])),
  filelists: (document) => drain(readFilelists([document])),
  updates: (document) => drain(readUpdateinfo([document])),
  comps: async (document) => readComps(document),
  metalink: async (document) => readMetalink(document),
  repomd: async (document) => readRepomd(document),
};

for (const [root, read] of Object.entries(readers)) {
  test(`<${root}> with entities, wrong encodings, too much depth or too many attributes is refused`, async () => {
    const lol = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>';
    const hostile: [string, Buffer][] = [
      ['entities', Buffer.from(`<?xml version="1.0"?>${lol}<${root}>&b;</${root}>`)],
      ['undeclared entity', Buffer.from(`<${root}>&nbsp;</${root}>`)],
      ['external entity', Buffer.from(`<!DOCTYPE x SYSTEM "file:///etc/passwd" [ ]><${root}/>`)],
      ['UTF-16', Buffer.from(`\ufeff<${root}/>`, 'utf16le')],
      ['declared Latin-1', Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?><${root}/>`)],
      ['Latin-1', Buffer.from(`<${root}>\xe9</${root}>`, 'latin1')],
      ['depth', Buffer.from(`<${root}>${'<a>'.repeat(2000)}`)],
      ['attributes', Buffer.from(`<${root} ${Array.from({ length: 500 }, (_, at) => `a${at}=""`).join(' ')}/>`)],
      ['another root', Buffer.from('<html/>')],
      ['nothing', Buffer.alloc(0)],
    ];
    for (const [what, document] of hostile) {
      await assert.rejects(read(document), SlipwayError, what);
    }
  });
}

test('a text without end is refused at the limit of a token', async () => {
  async function* endless() {
    yield Buffer.from('<metadata><package><summary>');
    for (;;) {
      yield Buffer.alloc(1 << 20, 'a');
    }
  }
  await assert.rejects(drain(readPrimary(endless())), { code: 'CORE_LIMIT' });
});

test('packages with locations outside of the repository, without digests or with wrong numbers are refused', async () => {
  const document = (xml: string) => [Buffer.from(`<metadata>${xml}</metadata>`)];
  assert.equal((await readPackages(document(primary))).table.count, 1);
  const spoiled: [string, string][] = [
    ...['../x.rpm', '/x.rpm', 'a/../../x.rpm', 'http://x/y.rpm', 'a\\b.rpm', ''].map((href): [string, string] => [
      primary.replace(/href="[^"]*"/, `href="${href}"`),
      href,
    ]),
    [primary.replace(/<checksum[^]*?<\/checksum>/, ''), 'no checksum'],
    [primary.replace('type="sha256"', 'type="md5"'), 'md5'],
    [primary.replace(/epoch="[0-9]+"/, 'epoch="-1"'), 'epoch'],
    [primary.replace(/<name>[^<]*<\/name>/, ''), 'no name'],
    [primary.replace(/build="[0-9]+"/, 'build="x"'), 'time'],
    [primary.replace(/installed="[0-9]+"/, 'installed="99999999999999999999"'), 'size'],
  ];
  for (const [xml, what] of spoiled) {
    await assert.rejects(readPackages(document(xml)), { code: 'REPO_BAD_METADATA' }, what);
  }
});

test('metalinks read back; other protocols and other digests are passed over', () => {
  const checksums = [{ algorithm: 'sha256', value: 'a'.repeat(64) }] as const;
  const urls = [
    { url: 'https://b.example/repodata/repomd.xml', preference: 90, country: 'CH' },
    { url: 'http://a.example/repodata/repomd.xml', preference: 10, country: '' },
  ];
  const file = { name: 'repomd.xml', timestamp: 5, sizeBytes: 7, checksums, urls };
  const text = formatMetalink([file], { publisher: 'test', published: 0 });
  assert.deepEqual(readMetalink(Buffer.from(text)), [file]);
  const more = text
    .replace('<hash', '<hash type="md5">0</hash><hash')
    .replace('<url', '<url preference="99">file:///etc/passwd</url><url');
  assert.deepEqual(readMetalink(Buffer.from(more)), [file]);
  const without = text.replace(/<hash[^]*<\/hash>/, '');
  assert.throws(() => readMetalink(Buffer.from(without)), { code: 'REPO_BAD_METADATA' });
});

describe('repositories of other people', { skip: skipWithoutData }, () => {
  const data = join(rpmData, 'repodata');
  const roots = readdirSync(data, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('repomd.xml'));
  for (const name of roots) {
    test(`${name} is read with all of its files`, async () => {
      const directory = join(data, name, '../..');
      const { records } = readRepomd(readFileSync(join(data, name)));
      for (const record of records) {
        const path = join(directory, record.locationHref);
        if (!existsSync(path)) {
          assert.match(record.type, /^(other|group|modules)/, 'the sample lacks only what nobody needs');
          continue;
        }
        const chunks: Uint8Array[] = [];
        for await (const chunk of openMetadata(createReadStream(path), record)) {
          chunks.push(chunk);
        }
        const content = Buffer.concat(chunks);
        if (record.type === 'primary' || record.type === 'filelists') {
          const read = record.type === 'primary' ? readPrimary([content]) : readFilelists([content]);
          const announced = Number(/packages="([0-9]+)"/.exec(content.toString('latin1', 0, 400))?.[1]);
          assert.equal(await drain(read), announced);
        } else if (record.type === 'group' || record.type === 'group_gz') {
          const comps = readComps(content);
          assert.ok(comps.groups.length > 10 && comps.environments.length > 2);
          assert.deepEqual(readComps(Buffer.from(formatComps(comps))), comps);
        }
      }
    });
  }
});
