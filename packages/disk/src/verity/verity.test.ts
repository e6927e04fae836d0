import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { asDigest, type Digest, runProgram, sha256 } from '@slipway/core';
import { FileTree, generatedContent, generatedFile, rootOwned } from '@slipway/tree';
import fc from 'fast-check';
import { type BlockWriter, writeBlockFile } from '../block-writer.ts';
import { planErofs } from '../erofs/plan-erofs.ts';
import { writeErofs } from '../erofs/write-erofs.ts';
import { inTemporaryDirectory, unlessInstalled } from '../image/judges.test-support.ts';
import { planVerity } from './plan-verity.ts';
import { VerityDigests } from './verity-digests.ts';
import { formatVeritySignature, verityPartitionGuids } from './verity-signature.ts';
import { writeVerity } from './write-verity.ts';

const needsVeritysetup = { skip: unlessInstalled('veritysetup') };
const needsOpenssl = { skip: unlessInstalled('openssl') };
const uuid = '5a6b0f1e-93c1-4d47-8b0a-3f1f5d1c2e01';

interface Write {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

interface Protected {
  readonly data: string;
  readonly tree: string;
  readonly rootHash: Digest;
}

async function protect(
  directory: string,
  dataBytes: number,
  { salt, writes }: { readonly salt: Uint8Array; readonly writes: readonly Write[] },
): Promise<Protected> {
  const [data, tree] = [join(directory, 'data'), join(directory, 'tree')];
  const digests = new VerityDigests(salt);
  await writeBlockFile(data, dataBytes, async (out) => {
    const watched = digests.over(out);
    for (const { offset, bytes } of writes) {
      await watched.write(offset, bytes);
    }
  });
  const layout = planVerity({ dataBytes, salt, uuid });
  let rootHash: Digest | undefined;
  await writeBlockFile(tree, layout.sizeBytes, async (out) => {
    rootHash = await writeVerity(layout, digests, out);
  });
  return { data, tree, rootHash: rootHash as Digest };
}

async function veritysetup(...args: readonly string[]): Promise<{ status: number; stdout: string }> {
  const { status, stdout } = await runProgram('veritysetup', args);
  return { status, stdout: stdout.toString() };
}

async function compareWithVeritysetup({ data, tree, rootHash }: Protected, salt: Uint8Array): Promise<void> {
  const peer = `${tree}.peer`;
  const saltText = salt.length === 0 ? '-' : Buffer.from(salt).toString('hex');
  const { stdout } = await veritysetup('format', `--salt=${saltText}`, `--uuid=${uuid}`, data, peer);
  assert.equal(/^Root hash:\s+(\w+)$/m.exec(stdout)?.[1], rootHash);
  assert.ok((await readFile(peer)).equals(await readFile(tree)), 'the trees are the same bytes');
  assert.equal((await veritysetup('verify', data, tree, rootHash)).status, 0);
}

/** Writes in any order and of any length that do not overlap, over a part of the blocks. */
const writesOver = (blocks: number) =>
  fc
    .array(fc.tuple(fc.nat(blocks * 4096 - 1), fc.integer({ min: 1, max: 20_000 }), fc.nat(255)), { maxLength: 20 })
    .chain((requests) => {
      const free: Write[] = [];
      let end = 0;
      for (const [offset, length, byte] of requests.toSorted((a, b) => a[0] - b[0])) {
        const start = Math.max(offset, end);
        end = Math.min(start + length, blocks * 4096);
        if (end > start) {
          free.push({ offset: start, bytes: Buffer.alloc(end - start, byte) });
        }
      }
      return fc.shuffledSubarray(free, { minLength: free.length });
    });

test('the tree is that of veritysetup, whatever is written in whatever order', needsVeritysetup, async () => {
  const cases = fc
    .oneof(fc.constantFrom(1, 2, 127, 128, 129, 256), fc.integer({ min: 1, max: 600 }))
    .chain((blocks) => fc.tuple(fc.constant(blocks), writesOver(blocks), fc.uint8Array({ maxLength: 256 })));
  await fc.assert(
    fc.asyncProperty(cases, async ([blocks, writes, salt]) => {
      await inTemporaryDirectory(async (directory) => {
        await compareWithVeritysetup(await protect(directory, blocks * 4096, { salt, writes }), salt);
      });
    }),
    { numRuns: 20 },
  );
});

test('a tree of three levels over data with holes is that of veritysetup', needsVeritysetup, async () => {
  await inTemporaryDirectory(async (directory) => {
    const salt = Buffer.from(sha256('salt'), 'hex');
    const writes = [
      { offset: 60_000_000, bytes: Buffer.alloc(3_000_000, 'some text') },
      { offset: 5_000, bytes: Buffer.alloc(10_000, 'more') },
    ];
    const written = await protect(directory, 16_385 * 4096, { salt, writes });
    assert.deepEqual(
      planVerity({ dataBytes: 16_385 * 4096, salt, uuid }).levels.map(({ firstBlock, blocks }) => [firstBlock, blocks]),
      [
        [4, 129],
        [2, 2],
        [1, 1],
      ],
    );
    await compareWithVeritysetup(written, salt);
  });
});

test('one changed byte of the data or of the tree is found', needsVeritysetup, async () => {
  await inTemporaryDirectory(async (directory) => {
    const writes = [{ offset: 0, bytes: Buffer.alloc(1 << 20, 'content') }];
    const { data, tree, rootHash } = await protect(directory, 1 << 20, { salt: Buffer.alloc(32, 1), writes });
    const verify = async () => (await veritysetup('verify', data, tree, rootHash)).status;
    assert.equal(await verify(), 0);
    for (const [path, offset] of [
      [data, 0],
      [data, 777_777],
      [tree, 4096],
      [tree, 8192 + 33],
    ] as const) {
      await flipByte(path, offset);
      assert.notEqual(await verify(), 0, `${path} ${offset}`);
      await flipByte(path, offset);
    }
    assert.equal(await verify(), 0);
  });
});

async function flipByte(path: string, offset: number): Promise<void> {
  const file = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, offset);
  await file.write(Buffer.from([byte.readUInt8() ^ 1]), 0, 1, offset);
  await file.close();
}

test('a compressed EROFS file system is protected while it is written', needsVeritysetup, async () => {
  await inTemporaryDirectory(async (directory) => {
    const owned = rootOwned(0o755, 1_600_000_000);
    const tree = new FileTree({ type: 'directory', ...owned });
    tree.set('/text', generatedFile('many words '.repeat(100_000), owned));
    tree.set('/small', generatedFile('few words', owned));
    const layout = planErofs(tree, {
      uuid,
      createdAt: owned.mtime,
      kernel: { version: '6.6' },
      compression: { algorithm: 'lz4' },
    });
    const digests = new VerityDigests(Buffer.alloc(32, 7));
    const writes: Write[] = [];
    const recording: BlockWriter = {
      write: async (offset, bytes) => void writes.push({ offset, bytes: Buffer.from(bytes) }),
    };
    const { sizeBytes } = await writeErofs(layout, generatedContent, digests.over(recording));
    const written = await protect(directory, sizeBytes, { salt: digests.salt, writes });
    const nowhere: BlockWriter = { write: async () => undefined };
    const verity = planVerity({ dataBytes: sizeBytes, salt: digests.salt, uuid });
    assert.equal(await writeVerity(verity, digests, nowhere), written.rootHash);
    await compareWithVeritysetup(written, digests.salt);
  });
});

test('more data than the tree covers is a mistake of the program', async () => {
  const digests = new VerityDigests(Buffer.alloc(0));
  await digests.over({ write: async () => undefined }).write(8191, Buffer.alloc(2));
  assert.throws(() => digests.of(2), { code: 'CORE_BUG' });
});

test('what dm-verity cannot have is refused', () => {
  const plan = (change: object) => () => planVerity({ dataBytes: 4096, salt: Buffer.alloc(256), uuid, ...change });
  plan({})();
  for (const change of [{ dataBytes: 0 }, { dataBytes: 5000 }, { salt: Buffer.alloc(257) }, { uuid: 'none' }]) {
    assert.throws(plan(change), { code: 'DISK_VERITY_BAD_OPTION' });
  }
});

const rootHash = asDigest('0123456789abcdef'.repeat(4));

test('the partitions of a root hash have its halves as GUIDs', () => {
  const hash = asDigest('00112233445566778899aabbccddeeff'.repeat(2).replace(/.$/, '0'));
  assert.deepEqual(verityPartitionGuids(hash), {
    data: '00112233-4455-6677-8899-aabbccddeeff',
    tree: '00112233-4455-6677-8899-aabbccddeef0',
  });
});

test('a signature partition carries what openssl verifies', needsOpenssl, async () => {
  await inTemporaryDirectory(async (directory) => {
    const at = (name: string) => join(directory, name);
    const { signature, certificate } = await signWithOpenssl(at);
    const partition = formatVeritySignature({ rootHash, signature, certificate });
    assert.equal(partition.length % 4096, 0);
    const end = partition.indexOf(0);
    assert.ok(partition.subarray(end).every((byte) => byte === 0));
    const json = JSON.parse(partition.toString('utf8', 0, end)) as Record<string, string>;
    assert.deepEqual(Object.keys(json), ['rootHash', 'certificateFingerprint', 'signature']);
    const fingerprint = new X509Certificate(certificate).fingerprint256.replaceAll(':', '').toLowerCase();
    assert.equal(json['certificateFingerprint'], fingerprint);
    await writeFile(at('read.der'), Buffer.from(json['signature'] as string, 'base64'));
    await writeFile(at('read.hash'), json['rootHash'] as string);
    const verified = ['-verify', '-binary', '-inform', 'der', '-in', at('read.der'), '-content', at('read.hash')];
    await openssl('smime', ...verified, '-certfile', at('cert.pem'), '-nointern', '-noverify', '-out', at('out'));
  });
});

async function signWithOpenssl(at: (name: string) => string) {
  const identity = ['-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=verity', '-days', '1'];
  await openssl('req', '-x509', ...identity, '-keyout', at('key.pem'), '-out', at('cert.pem'));
  await openssl('x509', '-in', at('cert.pem'), '-outform', 'der', '-out', at('cert.der'));
  await writeFile(at('hash'), rootHash);
  const signed = ['-sign', '-binary', '-nocerts', '-noattr', '-in', at('hash'), '-outform', 'der', '-out', at('p7')];
  await openssl('smime', ...signed, '-signer', at('cert.pem'), '-inkey', at('key.pem'));
  return { signature: await readFile(at('p7')), certificate: await readFile(at('cert.der')) };
}

async function openssl(...args: readonly string[]): Promise<void> {
  const { status, stderr } = await runProgram('openssl', args);
  assert.equal(status, 0, stderr);
}

test('a signature or certificate of another kind is refused', needsOpenssl, async () => {
  await inTemporaryDirectory(async (directory) => {
    const { signature, certificate } = await signWithOpenssl((name) => join(directory, name));
    const refused = { code: 'DISK_VERITY_SIGNATURE' };
    const pem = Buffer.from(new X509Certificate(certificate).toString());
    for (const wrong of [
      pem,
      certificate.subarray(1),
      Buffer.alloc(0),
      Buffer.concat([certificate, Buffer.alloc(1)]),
    ]) {
      assert.throws(() => formatVeritySignature({ rootHash, signature, certificate: wrong }), refused);
    }
    for (const wrong of [certificate, signature.subarray(0, -1), Buffer.alloc(0), Buffer.alloc(2, 0x30)]) {
      assert.throws(() => formatVeritySignature({ rootHash, signature: wrong, certificate }), refused);
    }
  });
});
