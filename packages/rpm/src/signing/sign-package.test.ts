import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import { signatureTag } from '../header/tags.ts';
import { openPackage } from '../package/open-package.ts';
import { verifyDigests } from '../payload/verify-digests.ts';
import { Judge, noJudge } from '../testing/judge.ts';
import { rpmData } from '../testing/rpm-data.ts';
import { sampleFileContents, samplePackage } from '../testing/sample-package.ts';
import { writePackage } from '../writing/write-package.ts';
import { readSignatures } from './package-signature.ts';
import { removeSignatures, signPackage } from './sign-package.ts';

const directory = await mkdtemp(join(tmpdir(), 'slipway-sign-'));
after(() => rm(directory, { recursive: true, force: true }));
const unsigned = join(directory, 'unsigned.rpm');
const signed = join(directory, 'signed.rpm');
await writePackage(unsigned, samplePackage, sampleFileContents());

/** A version 4 packet of the given public-key algorithm that says who made it, with nothing sensible in it. */
function packetOf(algorithm: number, integerBytes = 256, keyId = '0123456789abcdef'): Buffer {
  const hashed = Buffer.from([5, 2, 0x60, 0, 0, 0]);
  const unhashed = Buffer.concat([Buffer.from([9, 16]), Buffer.from(keyId, 'hex')]);
  const integer = Buffer.concat([
    Buffer.from([integerBytes >> 5, (integerBytes << 3) & 255]),
    Buffer.alloc(integerBytes, 0xff),
  ]);
  const body = Buffer.concat([
    Buffer.from([4, 0, algorithm, 8, 0, hashed.length]),
    hashed,
    Buffer.from([0, unhashed.length]),
    unhashed,
    Buffer.from([1, 2]),
    integer,
    ...(algorithm === rsa ? [] : [integer]),
  ]);
  return Buffer.concat([Buffer.from([0x89, body.length >> 8, body.length & 255]), body]);
}
const [rsa, eddsa] = [1, 22];

test('signing changes the signature header only, and nothing moves', async () => {
  await signPackage(await openPackage(unsigned), signed, async () => packetOf(rsa));
  const [before, after_] = [await openPackage(unsigned), await openPackage(signed)];
  assert.deepEqual(after_.headerRange, before.headerRange);
  const start = before.headerRange.start;
  assert.ok((await readFile(signed)).subarray(start).equals((await readFile(unsigned)).subarray(start)));
  assert.deepEqual(readSignatures(after_), [{ tag: signatureTag.rsaHeader, covers: 'header', packet: packetOf(rsa) }]);
  assert.ok((await verifyDigests(after_)).verified);
});

test('other algorithms have a place of their own, and the same one is replaced', async () => {
  await signPackage(await openPackage(unsigned), signed, async () => packetOf(rsa));
  await signPackage(await openPackage(signed), signed, async () => packetOf(eddsa, 32));
  await signPackage(await openPackage(signed), signed, async () => packetOf(rsa, 500));
  const tags = readSignatures(await openPackage(signed)).map(({ tag, packet }) => [tag, packet.length]);
  assert.deepEqual(tags, [
    [signatureTag.rsaHeader, packetOf(rsa, 500).length],
    [signatureTag.dsaHeader, packetOf(eddsa, 32).length],
  ]);
});

test('removing signatures gives the unsigned bytes back', async () => {
  await signPackage(await openPackage(unsigned), signed, async () => packetOf(rsa));
  await removeSignatures(await openPackage(signed), signed);
  assert.ok((await readFile(signed)).equals(await readFile(unsigned)));
});

test('a signature larger than the reserved space moves the rest, once', async () => {
  await signPackage(await openPackage(unsigned), signed, async () => packetOf(rsa, 8000));
  const pkg = await openPackage(signed);
  assert.ok(pkg.headerRange.start > 8000);
  assert.equal(pkg.signature.entry(signatureTag.reservedSpace)?.count, 4128);
  assert.ok((await verifyDigests(pkg)).verified);
  await signPackage(pkg, signed, async () => packetOf(eddsa, 32));
  assert.deepEqual((await openPackage(signed)).headerRange, pkg.headerRange);
});

test('what is not a signature packet is refused', async () => {
  const armored = Buffer.from('-----BEGIN PGP SIGNATURE-----');
  for (const bytes of [Buffer.alloc(0), armored, packetOf(rsa).subarray(1), packetOf(rsa).subarray(0, 100)]) {
    await assert.rejects(
      signPackage(await openPackage(unsigned), signed, async () => bytes),
      SlipwayError,
    );
  }
});

const format6 = join(
  rpmData,
  'rpms/rpm-rs/tests/assets/RPMS/v6/signed/rpm-basic-multiple-signatures-2.3.4-5.el9.noarch.rpm',
);
const noData = existsSync(format6) ? false : 'the shared RPM data is not there';

test('a package of format 6 collects signatures', { skip: noData }, async () => {
  const before = await openPackage(format6);
  await signPackage(before, signed, async () => packetOf(rsa));
  const after_ = await openPackage(signed);
  const packets = readSignatures(after_)
    .filter(({ tag }) => tag === signatureTag.openPgp)
    .map(({ packet }) => packet);
  assert.deepEqual(packets.at(-1), packetOf(rsa));
  assert.equal(packets.length, readSignatures(before).filter(({ tag }) => tag === signatureTag.openPgp).length + 1);
  assert.deepEqual(after_.headerRange, before.headerRange);
});

for (const algorithm of ['rsa2048', 'ed25519'] as const) {
  test(`rpmkeys accepts a package signed with ${algorithm}`, { skip: noJudge }, async () => {
    const judge = await Judge.open();
    try {
      await signWithGpg(judge, algorithm);
      const verdict = await judge.run('rpmkeys --root $PWD/root -Kv signed.rpm');
      assert.match(verdict.stdout, /Header OpenPGP V4 (RSA|EdDSA)\/SHA\d+ signature, .*: OK/, verdict.stderr);
      assert.equal(verdict.status, 0, verdict.stdout);
    } finally {
      await judge.close();
    }
  });
}

/** Signs the sample with a fresh key of gpg, and gives the key to the rpm database in `root`. */
async function signWithGpg(judge: Judge, algorithm: string): Promise<void> {
  const gpg = 'GNUPGHOME=$PWD/gnupg gpg --batch --quiet --pinentry-mode loopback --passphrase ""';
  const key = await judge.run(
    `mkdir -m 700 gnupg && ${gpg} --quick-generate-key "Test <test@example.org>" ${algorithm} sign never && ` +
      `${gpg} --armor --export >key.asc && mkdir root && rpmkeys --root $PWD/root --import key.asc`,
  );
  assert.equal(key.status, 0, key.stderr);
  await signPackage(await openPackage(unsigned), join(judge.directory, 'signed.rpm'), async (header) => {
    await writeFile(join(judge.directory, 'header'), header);
    const { status, stderr } = await judge.run(`${gpg} --detach-sign --output header.sig header`);
    assert.equal(status, 0, stderr);
    return readFile(join(judge.directory, 'header.sig'));
  });
}
