import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import {
  armorSignature,
  generateSigningKey,
  loadOrCreateKey,
  parsePublicKey,
  parsePublicKeys,
  parseSigningKey,
  type SigningKey,
  signCleartext,
  signDetached,
  verifyCleartext,
  verifyDetached,
} from './index.ts';

const created = 1_700_000_000;
const later = created + 1000;
const userId = 'Slipway Test <test@example.org>';
const content = new Uint8Array(Buffer.from('some metadata\n'));
let rsa: SigningKey;
let ed25519: SigningKey;

before(async () => {
  rsa = await generateSigningKey({ userId, created });
  ed25519 = await generateSigningKey({ userId, created, algorithm: 'ed25519' });
});

function code(expected: string) {
  return (error: unknown) => error instanceof SlipwayError && error.code === expected;
}

test('signatures of equal input are equal bytes, whatever the algorithm and hash', async () => {
  for (const key of [rsa, ed25519]) {
    for (const hash of ['sha256', 'sha512'] as const) {
      const first = await signDetached(key, content, { created: later, hash });
      const second = await signDetached(key, content, { created: later, hash });
      assert.deepEqual(first, second);
      assert.deepEqual(
        await signDetached(await parseSigningKey(key.privateKeyArmored), content, { created: later, hash }),
        first,
      );
    }
  }
});

test('a signature is good with its key, binary and armored', async () => {
  for (const key of [rsa, ed25519]) {
    const publicKey = await parsePublicKey(key.publicKeyArmored);
    const signature = await signDetached(key, content, { created: later });
    const good = { status: 'good', fingerprint: key.fingerprint, signer: key.fingerprint, created: later };
    assert.deepEqual(await verifyDetached([publicKey], content, signature, { at: later }), good);
    assert.deepEqual(await verifyDetached([publicKey], content, await armorSignature(signature), { at: later }), good);
    assert.deepEqual(
      await verifyDetached([await parsePublicKey(publicKey.bytes)], content, signature, { at: later }),
      good,
    );
  }
});

test('other bytes are bad, other keys unknown, other times refused', async () => {
  const signature = await signDetached(rsa, content, { created: later });
  const other = new Uint8Array(Buffer.from('other metadata\n'));
  const keys = [ed25519.publicKey, rsa.publicKey];
  assert.equal((await verifyDetached(keys, other, signature, { at: later })).status, 'bad');
  assert.deepEqual(await verifyDetached([ed25519.publicKey], content, signature, { at: later }), {
    status: 'unknown-key',
    issuer: rsa.fingerprint,
  });
  assert.equal((await verifyDetached(keys, content, signature, { at: later - 1 })).status, 'not-yet-valid');
});

test('an expired key makes its signatures expired and cannot sign any more', async () => {
  const key = await generateSigningKey({ userId, created, algorithm: 'ed25519', expiresAfterSeconds: 5000 });
  const signature = await signDetached(key, content, { created: later });
  assert.equal((await verifyDetached([key.publicKey], content, signature, { at: later })).status, 'good');
  assert.deepEqual(await verifyDetached([key.publicKey], content, signature, { at: created + 5001 }), {
    status: 'expired',
    fingerprint: key.fingerprint,
    what: 'key',
  });
  await assert.rejects(signDetached(key, content, { created: created + 5001 }), code('TRUST_KEY_UNUSABLE'));
  await assert.rejects(signDetached(key, content, { created: created - 1 }), code('TRUST_KEY_UNUSABLE'));
});

test('of two signatures one good and one bad are bad, one good and one unknown are good', async () => {
  const good = await signDetached(rsa, content, { created: later });
  const bad = await signDetached(ed25519, Buffer.from('x'), { created: later });
  const both = Buffer.concat([good, bad]);
  assert.equal((await verifyDetached([rsa.publicKey, ed25519.publicKey], content, both, { at: later })).status, 'bad');
  assert.equal((await verifyDetached([rsa.publicKey], content, both, { at: later })).status, 'good');
  const many = Buffer.concat(Array.from({ length: 17 }, () => good));
  assert.equal((await verifyDetached([rsa.publicKey], content, many, { at: later })).status, 'malformed');
});

test('cleartext signatures give back exactly the signed text', async () => {
  const text = 'Origin: Slipway\n- dashed\n\nSHA256:\n abc 1 x\n';
  const signed = await signCleartext(rsa, text, { created: later });
  const result = await verifyCleartext([rsa.publicKey], signed, { at: later });
  assert.equal(result.verdict.status, 'good');
  assert.equal(result.text, text);
  const changed = await verifyCleartext([rsa.publicKey], signed.replace('Slipway', 'Slipwax'), { at: later });
  assert.deepEqual([changed.verdict.status, changed.text], ['bad', undefined]);
  for (const extra of [`hello\n${signed}`, `${signed}hello\n`, signed + signed]) {
    assert.equal((await verifyCleartext([rsa.publicKey], extra, { at: later })).verdict.status, 'malformed');
  }
});

test('random and damaged bytes are verdicts or a SlipwayError, never anything else', async () => {
  const signature = await signDetached(ed25519, content, { created: later });
  await fc.assert(
    fc.asyncProperty(fc.nat(signature.length - 1), fc.integer({ min: 1, max: 255 }), async (index, flip) => {
      const damaged = Uint8Array.from(signature);
      damaged[index] = (damaged[index] as number) ^ flip;
      await verifyDetached([ed25519.publicKey], content, damaged, { at: later });
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      const verdict = await verifyDetached([ed25519.publicKey], content, bytes, { at: later });
      assert.notEqual(verdict.status, 'good');
      await assert.rejects(parsePublicKey(bytes), code('TRUST_BAD_KEY'));
      await assert.rejects(parseSigningKey(bytes), code('TRUST_BAD_KEY'));
    }),
  );
});

test('a keyring gives its keys in order', async () => {
  const ring = Buffer.concat([rsa.publicKey.bytes, ed25519.publicKey.bytes]);
  const keys = await parsePublicKeys(ring);
  assert.deepEqual(
    keys.map(({ fingerprint }) => fingerprint),
    [rsa.fingerprint, ed25519.fingerprint],
  );
  assert.deepEqual(keys[0]?.userIds, [userId]);
  await assert.rejects(parsePublicKey(ring), code('TRUST_BAD_KEY'));
});

test('the development key is made once, for the owner only, also by two at the same time', async () => {
  const state = await mkdtemp(join(tmpdir(), 'slipway-trust-'));
  try {
    const directory = join(state, 'keys');
    const request = { userId, created, algorithm: 'ed25519' } as const;
    const [first, second] = await Promise.all([
      loadOrCreateKey(directory, request),
      loadOrCreateKey(directory, request),
    ]);
    assert.equal(first.fingerprint, second.fingerprint);
    assert.equal((await loadOrCreateKey(directory, request)).fingerprint, first.fingerprint);
    const path = join(directory, 'signing-key.asc');
    assert.equal((await stat(directory)).mode & 0o777, 0o700);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.equal(await readFile(join(directory, 'signing-key.pub'), 'utf8'), first.publicKeyArmored);
    await chmod(path, 0o640);
    await assert.rejects(loadOrCreateKey(directory, request), code('TRUST_KEY_EXPOSED'));
  } finally {
    await rm(state, { recursive: true, force: true });
  }
});
