import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import {
  type GeneratedCertificate,
  generateCertificate,
  Keyring,
  makeSignature,
  type NewKeyAlgorithm,
} from '@slipway/trust';
import { signatureTag } from '../header/tags.ts';
import { openPackage, type RpmPackage } from '../package/open-package.ts';
import { Judge, noJudge } from '../testing/judge.ts';
import { rpmData } from '../testing/rpm-data.ts';
import { sampleFileContents, samplePackage } from '../testing/sample-package.ts';
import { verifyPackage } from '../verification/verify-package.ts';
import { writePackage } from '../writing/write-package.ts';
import { readSignatures } from './package-signature.ts';
import { removeSignatures, type SignHeader, signPackage } from './sign-package.ts';

const created = 1_700_000_000;
const at = created + 1000;
const directory = await mkdtemp(join(tmpdir(), 'slipway-resign-'));
after(() => rm(directory, { recursive: true, force: true }));
const format4 = join(directory, 'format4.rpm');
const signed = join(directory, 'signed.rpm');
const format6 = join(rpmData, 'rpms/rpm-rs/tests/assets/RPMS/v6/rpm-basic-2.3.4-5.el9.noarch.rpm');
const noData = existsSync(format6) ? false : 'the shared RPM data is not there';

const kinds = {
  rsa: ['rsa2048', 4],
  eddsa: ['ed25519', 4],
  ecdsa: ['nistp256', 4],
  rsa6: ['rsa2048', 6],
  ed25519: ['ed25519', 6],
  hybrid: ['ml-dsa-65+ed25519', 6],
} as const satisfies Record<string, readonly [NewKeyAlgorithm, 4 | 6]>;
type Kind = keyof typeof kinds;
const keys = {} as Record<Kind, GeneratedCertificate>;

before(async () => {
  await writePackage(format4, samplePackage, sampleFileContents());
  for (const [name, [algorithm, version]] of Object.entries(kinds)) {
    keys[name as Kind] = await generateCertificate({ algorithm, version, userId: `${name} <k@example.org>`, created });
  }
});

function signWith(...names: readonly Kind[]): SignHeader[] {
  return names.map((name) => (header) => makeSignature(keys[name].signer, header, { created: created + 10 }));
}

function keyring(): Keyring {
  return new Keyring(...Object.values(keys).map(({ publicKeyArmored }) => publicKeyArmored));
}

async function resultsOf(path: string): Promise<string[]> {
  const { items } = await verifyPackage(path, { keyring: keyring(), at });
  return items.filter(({ kind }) => kind === 'signature').map(({ line }) => line.replace(/.*: (\w+)$/, '$1'));
}

test('a package of format 4 keeps the classical signature where old rpm looks, beside the post-quantum one', async () => {
  await signPackage(await openPackage(format4), signed, signWith('rsa', 'hybrid'));
  const pkg = await openPackage(signed);
  const tags = readSignatures(pkg).map(({ tag }) => tag);
  assert.deepEqual(tags, [signatureTag.openPgp, signatureTag.openPgp, signatureTag.rsaHeader]);
  assert.deepEqual(await resultsOf(signed), ['OK', 'OK']);

  const both = [keys.rsa.fingerprint, keys.hybrid.fingerprint];
  const options = { keyring: keyring(), at, require: { require: 'all', of: both } } as const;
  assert.ok((await verifyPackage(signed, options)).accepted);
  for (const lost of [keys.rsa, keys.hybrid]) {
    const stripped = join(directory, 'stripped.rpm');
    const { keyId } = lost.signer.key;
    await removeSignatures(pkg, stripped, ({ packet }) => packet.includes(Buffer.from(lost.fingerprint, 'hex')));
    const { accepted, signers } = await verifyPackage(stripped, options);
    assert.deepEqual([accepted, signers?.reasons.length], [false, 1], keyId);
  }
});

test('signatures that are already there stay valid when one of another kind joins them', async () => {
  await signPackage(await openPackage(format4), signed, signWith('rsa'));
  await signPackage(await openPackage(signed), signed, signWith('eddsa'));
  assert.deepEqual(await resultsOf(signed), ['OK', 'OK']);
  await signPackage(await openPackage(signed), signed, signWith('hybrid'));
  assert.deepEqual(await resultsOf(signed), ['OK', 'OK', 'OK']);
  await signPackage(await openPackage(signed), signed, signWith('hybrid', 'rsa'));
  assert.deepEqual(await resultsOf(signed), ['OK', 'OK', 'OK']);
});

test('a damaged package is not signed', async () => {
  const bytes = await readFile(format4);
  const { payloadOffset } = await openPackage(format4);
  bytes[payloadOffset + 100] = (bytes[payloadOffset + 100] ?? 0) ^ 1;
  const damaged = join(directory, 'damaged.rpm');
  await writeFile(damaged, bytes);
  await assert.rejects(
    signPackage(await openPackage(damaged), signed, signWith('eddsa')),
    (error) => error instanceof SlipwayError && error.code === 'RPM_DIGEST_MISMATCH',
  );
});

test('a package of format 6 takes and loses signatures without anything moving', { skip: noData }, async () => {
  const original = await openPackage(format6);
  await signPackage(original, signed, signWith('ed25519', 'rsa6'));
  const pkg = await openPackage(signed);
  assert.deepEqual(pkg.headerRange, original.headerRange);
  assert.deepEqual(await resultsOf(signed), ['OK', 'OK']);
  await signPackage(pkg, signed, signWith('ed25519'));
  assert.equal(readSignatures(await openPackage(signed)).length, 2, 'the same key signs once');
  await removeSignatures(await openPackage(signed), signed, ({ packet }) => packet.length > 200);
  assert.deepEqual(await resultsOf(signed), ['OK']);
  await removeSignatures(await openPackage(signed), signed);
  assert.ok((await readFile(signed)).equals(await readFile(format6)));
});

const combinations: readonly (readonly ['4' | '6', readonly Kind[]])[] = [
  ['4', ['rsa']],
  ['4', ['eddsa']],
  ['4', ['ecdsa']],
  ['4', ['rsa', 'eddsa']],
  ['4', ['ed25519']],
  ['4', ['rsa', 'hybrid', 'ed25519']],
  ['6', ['ed25519']],
  ['6', ['rsa6', 'ed25519', 'eddsa', 'hybrid']],
];

test('rpmkeys says of our signatures what we say, and rpmsign --delsign takes them away', {
  skip: noData || noJudge,
}, async () => {
  const judge = await Judge.open();
  try {
    await judge.run('mkdir root');
    for (const name of ['rsa', 'eddsa', 'ecdsa', 'rsa6', 'ed25519'] as const) {
      await writeFile(join(judge.directory, 'key.asc'), keys[name].publicKeyArmored);
      const { status, stderr } = await judge.run('rpmkeys --root $PWD/root --import key.asc');
      assert.equal(status, 0, stderr);
    }
    for (const [format, names] of combinations) {
      const source = format === '4' ? format4 : format6;
      const path = join(judge.directory, `${names.join('-')}.rpm`);
      await signPackage(await openPackage(source), path, signWith(...names));
      const { stdout, status } = await judge.run(`rpmkeys --root $PWD/root -Kv $PWD/${basename(path)} 2>/dev/null`);
      const theirs = stdout
        .split('\n')
        .slice(1, -1)
        .map((line) => line.trim());
      // Debian's rpm cannot import a post-quantum key, so it has no fingerprint of one
      const ring = new Keyring(
        ...(['rsa', 'eddsa', 'ecdsa', 'rsa6', 'ed25519'] as const).map((name) => keys[name].publicKeyArmored),
      );
      const ours = await verifyPackage(path, { keyring: ring, at, postQuantum: false });
      assert.deepEqual(
        ours.items.map(({ line }) => line),
        theirs,
        names.join(),
      );
      assert.deepEqual([ours.accepted, status], [true, 0], names.join());
      const deleted = await judge.run(`rpmsign --delsign ${basename(path)}`);
      assert.equal(deleted.status, 0, deleted.stderr);
      // a composite signature does not fit into the reserved space: the rest moved, and stays where it is
      const [left, right] = [await openPackage(path), await openPackage(source)];
      const fromHeader = async (pkg: RpmPackage) => (await readFile(pkg.path)).subarray(pkg.headerRange.start);
      assert.ok((await fromHeader(left)).equals(await fromHeader(right)), names.join());
      assert.ok(names.includes('hybrid') || left.headerRange.start === right.headerRange.start, names.join());
    }
  } finally {
    await judge.close();
  }
});

test('what rpmsign signed, we take apart to the byte', { skip: noData || noJudge }, async () => {
  const judge = await Judge.open();
  try {
    await writeFile(join(judge.directory, 'key.sec'), keys.eddsa.secretKeyArmored);
    const home = 'export GNUPGHOME=$PWD/gnupg';
    const imported = await judge.run(`mkdir -m 700 gnupg && ${home} && gpg --batch --quiet --import key.sec`);
    assert.equal(imported.status, 0, imported.stderr);
    for (const source of [format4, format6]) {
      await judge.add(source);
      const path = join(judge.directory, basename(source));
      const sign = `rpmsign --define '_openpgp_sign gpg' --key-id ${keys.eddsa.fingerprint} --addsign ${basename(path)}`;
      const { status, stderr } = await judge.run(`${home} && ${sign}`);
      assert.equal(status, 0, stderr);
      assert.equal(readSignatures(await openPackage(path)).length, 1);
      await removeSignatures(await openPackage(path), signed);
      assert.ok((await readFile(signed)).equals(await readFile(source)), path);
    }
    await judge.run(`${home} && gpgconf --kill all`);
  } finally {
    await judge.close();
  }
});
