import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { writeArmor } from '../packets/armor.ts';
import { keyFrame, readKey } from '../packets/key-packet.ts';
import { packetType, readPackets } from '../packets/read-packets.ts';
import { signatureType } from '../packets/signature-packet.ts';
import { subpacketType } from '../packets/subpackets.ts';
import { writePacket, writeSubpacket, writeUint32 } from '../packets/write-packet.ts';
import { generateMaterial, keyBodies } from '../signing/generate-secret-key.ts';
import { makeSignature, type SignatureContent, signContent } from '../signing/make-signature.ts';
import type { Signer, SigningHash } from '../signing/signer.ts';
import { softwareSigner } from '../signing/software-signer.ts';
import { SignatureCheck, type SignatureFinding } from './check-signature.ts';
import { Keyring } from './keyring.ts';
import { isReadable, parseSignature } from './parse-signature.ts';

const created = 1_700_000_000;
const signedAt = created + 1000;
const at = created + 100_000;
const content = Buffer.from('the bytes of a header');
const certifyAndSign = writeSubpacket(subpacketType.keyFlags, Buffer.from([3]));
const signOnly = writeSubpacket(subpacketType.keyFlags, Buffer.from([2]));
const encryptOnly = writeSubpacket(subpacketType.keyFlags, Buffer.from([12]));

interface Key {
  readonly signer: Signer;
  readonly body: Buffer;
}

function makeKey(): Key {
  const { publicBody, secretBody } = keyBodies(generateMaterial('ed25519', 4), 4, created);
  const { fingerprint } = readKey(publicBody);
  return { signer: softwareSigner(writePacket(packetType.secretKey, secretBody), { fingerprint }), body: publicBody };
}

/** A signature of `key` about its own certificate. */
function about(
  key: Key,
  parts: readonly Uint8Array[],
  what: SignatureContent & { created?: number; hash?: SigningHash },
) {
  return signContent(key.signer, parts, { ...what, created: what.created ?? created });
}

/** A primary key that is certified directly, then whatever follows. */
async function ringOf(primary: Key, ...more: readonly Buffer[]): Promise<Keyring> {
  const frame = [keyFrame(primary.body)];
  const direct = await about(primary, frame, { type: signatureType.directKey, subpackets: [certifyAndSign] });
  return new Keyring(Buffer.concat([writePacket(packetType.publicKey, primary.body), direct, ...more]));
}

async function verdictOf(keyring: Keyring, signer: Signer, when = signedAt): Promise<string> {
  return statusOf(check(await makeSignature(signer, content, { created: when }), keyring, content));
}

function check(packet: Uint8Array, keyring: Keyring, bytes: Buffer): SignatureFinding {
  const signature = parseSignature(packet);
  assert.ok(isReadable(signature));
  const checking = new SignatureCheck(signature, { keyring, at });
  checking.update(bytes);
  return checking.finish();
}

function statusOf({ verdict }: SignatureFinding): string {
  return verdict.status === 'expired' ? `expired ${verdict.what}` : verdict.status;
}

async function bindSubkey(primary: Key, subkey: Key, subpackets: readonly Buffer[]): Promise<Buffer> {
  const parts = [keyFrame(primary.body), keyFrame(subkey.body)];
  const binding = await about(primary, parts, { type: signatureType.subkeyBinding, subpackets });
  return Buffer.concat([writePacket(packetType.publicSubkey, subkey.body), binding]);
}

/** The subpacket with what a subkey signed about being bound to `primary`. */
async function backSignature(primary: Key, subkey: Key): Promise<Buffer> {
  const parts = [keyFrame(primary.body), keyFrame(subkey.body)];
  const packet = await about(subkey, parts, { type: signatureType.primaryKeyBinding, subpackets: [] });
  const body = readPackets(packet)[0]?.body ?? Buffer.alloc(0);
  return writeSubpacket(subpacketType.embeddedSignature, body);
}

test('a subkey signs when it is bound and bound itself back, and else not (CVE-2021-3521)', async () => {
  const [primary, subkey, stranger] = [makeKey(), makeKey(), makeKey()];
  const back = await backSignature(primary, subkey);
  const bound = await bindSubkey(primary, subkey, [signOnly, back]);
  const foreign = await bindSubkey(stranger, subkey, [signOnly, back]);
  const cases = [
    ['bound both ways', bound, 'good'],
    ['no back signature', await bindSubkey(primary, subkey, [signOnly]), 'bad'],
    [
      'a back signature about another key',
      await bindSubkey(primary, subkey, [signOnly, await backSignature(stranger, subkey)]),
      'bad',
    ],
    ['bound by a stranger', foreign, 'bad'],
    ['no binding', writePacket(packetType.publicSubkey, subkey.body), 'bad'],
    ['bound for encryption', await bindSubkey(primary, subkey, [encryptOnly]), 'bad'],
    [
      'a binding that ends before',
      await bindSubkey(primary, subkey, [signOnly, back, writeSubpacket(9, writeUint32(500))]),
      'expired key',
    ],
    [
      'a binding that ends after',
      await bindSubkey(primary, subkey, [signOnly, back, writeSubpacket(9, writeUint32(5000))]),
      'good',
    ],
  ] as const;
  for (const [what, packets, expected] of cases) {
    assert.equal(await verdictOf(await ringOf(primary, packets), subkey.signer), expected, what);
  }
});

test('a revocation counts by its reason: a lost secret from the beginning, a retired key from its date', async () => {
  const primary = makeKey();
  const reason = (code: number) => [writeSubpacket(subpacketType.revocationReason, Buffer.from([code]))];
  const cases = [
    ['compromised, later', reason(2), created + 9000, 'revoked'],
    ['no reason, later', [], created + 9000, 'revoked'],
    ['superseded, later', reason(1), created + 9000, 'good'],
    ['retired, before', reason(3), created + 500, 'revoked'],
    ['an unknown reason, later', reason(77), created + 9000, 'revoked'],
  ] as const;
  for (const [what, subpackets, when, expected] of cases) {
    const type = signatureType.keyRevocation;
    const revocation = await about(primary, [keyFrame(primary.body)], { type, subpackets, created: when });
    assert.equal(await verdictOf(await ringOf(primary, revocation), primary.signer), expected, what);
  }
  const stranger = makeKey();
  const forged = await about(stranger, [keyFrame(primary.body)], { type: signatureType.keyRevocation, subpackets: [] });
  assert.equal(await verdictOf(await ringOf(primary, forged), primary.signer), 'good', 'forged by a stranger');
});

test('two copies of a certificate say together what each says', async () => {
  const primary = makeKey();
  const type = signatureType.keyRevocation;
  const revocation = await about(primary, [keyFrame(primary.body)], { type, subpackets: [] });
  const [plain, revoked] = [await ringOf(primary), await ringOf(primary, revocation)];
  const bytes = [plain, revoked].map(({ certificates }) => certificates[0]?.bytes ?? Buffer.alloc(0));
  for (const order of [bytes, [...bytes].reverse()]) {
    assert.equal(await verdictOf(new Keyring(...order), primary.signer), 'revoked');
  }
});

test('signatures of the future, of other types and with critical riddles are refused', async () => {
  const primary = makeKey();
  const keyring = await ringOf(primary);
  assert.equal(await verdictOf(keyring, primary.signer, at + 200), 'good', 'clocks differ');
  assert.equal(await verdictOf(keyring, primary.signer, at + 1000), 'not-yet-valid');
  const signed = async (content_: SignatureContent) =>
    statusOf(check(await signContent(primary.signer, [content], { ...content_, created: signedAt }), keyring, content));
  const riddle = (critical: number) => [writeSubpacket(critical | 60, Buffer.from('?'))];
  assert.equal(await signed({ type: signatureType.text, subpackets: [] }), 'bad');
  assert.equal(await signed({ type: signatureType.binary, subpackets: riddle(0) }), 'good');
  assert.equal(await signed({ type: signatureType.binary, subpackets: riddle(0x80) }), 'weak');
  const ended = [writeSubpacket(subpacketType.expiresAfter, writeUint32(10))];
  assert.equal(await signed({ type: signatureType.binary, subpackets: ended }), 'expired signature');
});

const shared = process.env.SLIPWAY_SHARED ?? resolve(import.meta.dirname, '../../../../../shared');
const rpmKeys = join(shared, 'data/rpm/rpms/keys/rpm');
const noKeys = existsSync(rpmKeys) ? false : 'the shared RPM data is not there';

test('of two keys with one id the one that signed is found, whatever their order', { skip: noKeys }, () => {
  const [first, second] = ['keyidcollision1.pub', 'keyidcollision2.pub'].map((name) =>
    readFileSync(join(rpmKeys, name)),
  );
  const packet = Buffer.from(
    'wnUEABYKAB0WIQR5zAfxZ/7ohBgprKpCZVp1FWs94AUCarE7gAAKCRBCZVp1FWs94MdcAQC2coOrX4/3RH0BdVzvyqsK1ljEL/xHYpujATJjS5ku' +
      'uAEA0o45n13SGYQxJ1clCHTrZDfQoxPJoxUTE42t0AUbgQk=',
    'base64',
  );
  const findingWith = (...sources: readonly (Buffer | undefined)[]) => {
    const signature = parseSignature(packet);
    assert.ok(isReadable(signature));
    const keyring = new Keyring(...sources.filter((source) => source !== undefined));
    const checking = new SignatureCheck(signature, { keyring, at: 1_790_000_100 });
    checking.update(Buffer.from('two keys with one id'));
    return checking.finish();
  };
  const right = '79cc07f167fee8841829acaa42655a75156b3de0';
  for (const order of [[first], [first, second], [second, first]]) {
    const { verdict, certificate } = findingWith(...order);
    assert.deepEqual([verdict.status, certificate], ['good', right]);
  }
  assert.equal(findingWith(second).verdict.status, 'bad');
});

test('announced lengths that are not there end in a fault with an offset, at once', () => {
  const huge = Buffer.from([0xff, 0xff, 0xff, 0xff]);
  const cases = [
    ['a packet of 4 GiB', Buffer.concat([Buffer.from([0xc2, 0xff]), huge])],
    ['a packet in parts', Buffer.from([0xc2, 0xe0, 1])],
    ['a hashed area of 4 GiB', Buffer.concat([Buffer.from([0xc2, 9, 6, 0, 27, 8]), huge, Buffer.from([0])])],
    ['a subpacket of 4 GiB', Buffer.concat([Buffer.from([0xc2, 11, 4, 0, 1, 8, 0, 5, 0xff]), huge])],
    ['an integer of 65,535 bits', Buffer.from([0xc2, 12, 4, 0, 1, 8, 0, 0, 0, 0, 1, 2, 0xff, 0xff])],
    ['nothing', Buffer.alloc(0)],
    ['a megabyte', Buffer.alloc(1 << 20, 0xc2)],
  ] as const;
  for (const [what, bytes] of cases) {
    const parsed = parseSignature(bytes);
    assert.ok(!isReadable(parsed), what);
    assert.ok(parsed.offset >= 0 && parsed.offset <= bytes.length, what);
  }
});

test('armor is read with and without headers and checksum, and refused when damaged', async () => {
  const ring = await ringOf(makeKey());
  const bytes = ring.certificates[0]?.bytes ?? Buffer.alloc(0);
  const armor = writeArmor('PUBLIC KEY BLOCK', bytes);
  const fingerprint = ring.certificates[0]?.fingerprint;
  const forms = [
    armor,
    armor.replaceAll('\n', '\r\n'),
    armor.replace(/^=.*\n/m, ''),
    armor.replace('\n\n', '\nVersion: Example\nComment: two\n\n'),
    `Some words.\n\n${armor}\nMore words.\n`,
    Buffer.from(armor),
  ];
  for (const form of forms) {
    assert.deepEqual(
      new Keyring(form).certificates.map((each) => each.fingerprint),
      [fingerprint],
    );
  }
  const second = armor.split('\n')[2] ?? '';
  for (const form of [
    armor.replace(second, `!${second.slice(1)}`),
    armor.replace(/-----END.*/, ''),
    armor.replace(second, ''),
  ]) {
    assert.throws(() => new Keyring(form), /Cannot read the public keys/);
  }
});
