import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import {
  type GeneratedCertificate,
  generateCertificate,
  gpgAgentSigner,
  isReadable,
  judgeSignatures,
  Keyring,
  makeSignature,
  type NewKeyAlgorithm,
  parseSignature,
  SignatureCheck,
  type SignatureFinding,
  type Signer,
  softwareSigner,
} from '../index.ts';
import { GpgRoom, noGpg } from '../testing/gpg-room.ts';

const created = 1_700_000_000;
const at = created + 5000;
const userId = 'Slipway <slipway@example.org>';
const content = Buffer.from('the bytes of a header');

interface Question {
  readonly keyring: Keyring;
  readonly at?: number;
  readonly content?: Buffer;
}

function check(packet: Uint8Array, question: Question): SignatureFinding {
  const signature = parseSignature(packet);
  assert.ok(isReadable(signature), JSON.stringify(signature));
  const checking = new SignatureCheck(signature, { keyring: question.keyring, at: question.at ?? at });
  const bytes = question.content ?? content;
  checking.update(bytes.subarray(0, 7));
  checking.update(bytes.subarray(7));
  return checking.finish();
}

const kinds: readonly (readonly [NewKeyAlgorithm, 4 | 6])[] = [
  ['rsa2048', 4],
  ['rsa2048', 6],
  ['nistp256', 4],
  ['nistp384', 6],
  ['nistp521', 4],
  ['ed25519', 4],
  ['ed25519', 6],
  ['ed448', 6],
  ['ml-dsa-65+ed25519', 6],
  ['ml-dsa-87+ed448', 6],
  ['slh-dsa-shake-128f', 6],
];

for (const [algorithm, version] of kinds) {
  test(`${algorithm} of version ${version} signs what its certificate verifies, and nothing else`, async () => {
    const key = await generateCertificate({ algorithm, version, userId, created });
    const keyring = new Keyring(key.publicKeyArmored);
    const packet = await makeSignature(key.signer, content, { created: created + 100 });

    const { fingerprint } = key;
    const good = { status: 'good', fingerprint, signer: fingerprint, created: created + 100 };
    assert.deepEqual(check(packet, { keyring }), { verdict: good, certificate: fingerprint });
    const other = check(packet, { keyring, content: Buffer.from('the bytes of another') });
    assert.equal(other.verdict.status, 'bad');
    assert.equal(check(packet, { keyring: new Keyring() }).verdict.status, 'unknown-key');
    assert.equal(check(packet, { keyring, at: created - 1000 }).verdict.status, 'not-yet-valid');
  });
}

test('a composite signature is bad when either part is', async () => {
  const key = await generateCertificate({ algorithm: 'ml-dsa-65+ed25519', userId, created });
  const keyring = new Keyring(key.publicKeyArmored);
  const packet = await makeSignature(key.signer, content, { created });
  const partsAt = packet.length - 3309 - 64;
  for (const offset of [partsAt + 3, partsAt + 64 + 100, packet.length - 1]) {
    const damaged = Buffer.from(packet);
    damaged[offset] = (damaged[offset] ?? 0) ^ 1;
    assert.equal(check(damaged, { keyring }).verdict.status, 'bad', `offset ${offset}`);
  }
});

test('equal input gives equal bytes where the algorithm takes no random numbers', async () => {
  for (const [algorithm, version] of [
    ['rsa2048', 4],
    ['ed25519', 4],
    ['ed25519', 6],
  ] as const) {
    const { signer } = await generateCertificate({ algorithm, version, userId, created });
    const options = { created, salt: (bytes: number) => Buffer.alloc(bytes, 7) };
    const first = await makeSignature(signer, content, options);
    assert.deepEqual(await makeSignature(signer, content, options), first);
  }
});

test('a key that expired before it signed is told from one that expired since', async () => {
  const key = await generateCertificate({ algorithm: 'ed25519', userId, created, expiresAfterSeconds: 1000 });
  const keyring = new Keyring(key.publicKeyArmored);
  const inTime = await makeSignature(key.signer, content, { created: created + 999 });
  const late = await makeSignature(key.signer, content, { created: created + 1000 });
  assert.equal(check(inTime, { keyring }).verdict.status, 'good');
  assert.deepEqual(check(late, { keyring }).verdict, { status: 'expired', fingerprint: key.fingerprint, what: 'key' });
});

test('a signer that gives wrong signatures, or none, signs nothing', async () => {
  const [one, other] = await Promise.all(
    [1, 2].map(() => generateCertificate({ algorithm: 'ed25519', userId, created })),
  );
  const { key } = (one as GeneratedCertificate).signer;
  const faulty: Signer[] = [
    { key, sign: (input) => (other as GeneratedCertificate).signer.sign(input) },
    { key, sign: async () => Buffer.alloc(63) },
    { key, sign: async () => Promise.reject(new Error('the token was removed')) },
  ];
  for (const signer of faulty) {
    await assert.rejects(
      makeSignature(signer, content, { created }),
      (error) => error instanceof SlipwayError && error.code === 'TRUST_KEY_UNUSABLE',
    );
  }
  await assert.rejects(
    makeSignature((one as GeneratedCertificate).signer, content, { created: created - 1 }),
    SlipwayError,
  );
});

test('policies count certificates, not signatures', async () => {
  const keys = await Promise.all(
    (['ed25519', 'ml-dsa-65+ed25519', 'nistp256'] as const).map((algorithm) =>
      generateCertificate({ algorithm, userId, created }),
    ),
  );
  const [classical = '', hybrid = '', third = ''] = keys.map(({ fingerprint }) => fingerprint);
  const keyring = new Keyring(...keys.map(({ publicKeyArmored }) => publicKeyArmored));
  const findings = await Promise.all(
    keys.map(async ({ signer }) => check(await makeSignature(signer, content, { created }), { keyring })),
  );
  const [first, second] = findings as [SignatureFinding, SignatureFinding];
  const all = { require: 'all', of: [classical, hybrid] } as const;
  const two = { require: 'at-least', count: 2, of: [classical, hybrid, third] } as const;

  assert.ok(judgeSignatures([first], { require: 'any' }).accepted);
  assert.ok(judgeSignatures(findings, all).accepted);
  assert.equal(judgeSignatures([first], all).accepted, false, 'the hybrid signature was stripped');
  assert.equal(judgeSignatures([second], all).accepted, false, 'the classical signature was stripped');
  assert.equal(judgeSignatures([first, first], two).accepted, false, 'one signature given twice');
  assert.ok(judgeSignatures([first, second], two).accepted);
  const bad: SignatureFinding = { verdict: { status: 'malformed', reason: 'x' }, certificate: undefined };
  assert.equal(judgeSignatures([first, second, bad], two).accepted, false, 'a damaged one beside them');
  for (const policy of [
    { require: 'all', of: [] },
    { require: 'at-least', count: 0, of: [classical] },
  ] as const) {
    assert.equal(judgeSignatures(findings, policy).accepted, false, 'a policy that asks for nothing');
  }
  assert.equal(judgeSignatures([], { require: 'any' }).accepted, false);
});

test('no bytes make a key or a signature fail with anything but a SlipwayError', async () => {
  const key = await generateCertificate({ algorithm: 'ed25519', version: 6, userId, created });
  const packet = await makeSignature(key.signer, content, { created });
  const keyring = new Keyring(key.publicKeyArmored);
  const certificate = keyring.certificates[0]?.bytes as Buffer;
  const secret = Buffer.from(key.secretKeyArmored);
  const tolerate = (attempt: () => void) => {
    try {
      attempt();
    } catch (error) {
      assert.ok(error instanceof SlipwayError, String(error));
    }
  };
  const change = fc.tuple(fc.nat(), fc.nat(255));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 3 }), fc.nat(), fc.boolean(), (changes, length, isCut) => {
      for (const original of [packet, certificate, secret]) {
        const bytes = Buffer.from(original);
        for (const [index, value] of changes) {
          bytes[index % bytes.length] = value;
        }
        const damaged = isCut ? bytes.subarray(0, length % bytes.length) : bytes;
        tolerate(() => softwareSigner(damaged));
        tolerate(() => {
          const ring = new Keyring(damaged);
          check(packet, { keyring: ring });
        });
        const parsed = parseSignature(damaged);
        if (isReadable(parsed)) {
          const checking = new SignatureCheck(parsed, { keyring, at });
          checking.update(content);
          assert.ok(checking.finish().verdict.status !== 'good' || !isCut);
        }
      }
    }),
    { numRuns: 300 },
  );
});

for (const algorithm of ['rsa2048', 'ed25519', 'nistp256'] as const) {
  test(`gpg's agent signs with ${algorithm}, and the secret stays there`, { skip: noGpg }, async () => {
    const room = await GpgRoom.open();
    try {
      await room.run(
        `gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key '${userId}' ${algorithm} sign never`,
      );
      const certificate = await room.run('gpg --armor --export');
      const keygrip = /^grp:+([0-9A-F]{40}):/m.exec(await room.run('gpg --with-colons --with-keygrip -K'))?.[1] ?? '';
      const socketPath = room.outside((await room.run('gpgconf --list-dirs agent-socket')).trim());
      const signer = gpgAgentSigner({ socketPath, certificate, keygrip });
      const now = signer.key.created + 1;

      const packet = await makeSignature(signer, content, { created: now });
      const { verdict } = check(packet, { keyring: new Keyring(certificate), at: now });
      assert.equal(verdict.status, 'good', JSON.stringify(verdict));
      await writeFile(join(room.directory, 'content'), content);
      await writeFile(join(room.directory, 'content.sig'), packet);
      assert.match(await room.run('gpg --batch --status-fd 1 --verify content.sig content'), /GOODSIG/);

      const unknown = gpgAgentSigner({ socketPath, certificate, keygrip: 'A'.repeat(40) });
      await assert.rejects(makeSignature(unknown, content, { created: now }), /No secret key/);
    } finally {
      await room.close();
    }
  });
}

test('secret keys are read as gpg exports them, with and without passphrase', { skip: noGpg }, async () => {
  const room = await GpgRoom.open();
  try {
    for (const [algorithm, passphrase] of [
      ['rsa2048', 'correct horse'],
      ['ed25519', 'staple'],
      ['nistp384', ''],
    ] as const) {
      const gpg = `gpg --batch --quiet --pinentry-mode loopback --passphrase '${passphrase}'`;
      await room.run(`${gpg} --quick-generate-key '${algorithm} <a@example.org>' ${algorithm} sign never`);
      await room.run(`${gpg} --output ${algorithm}.gpg --export-secret-keys ${algorithm}`);
      const source = await readFile(join(room.directory, `${algorithm}.gpg`));
      const signer = softwareSigner(source, { passphrase });
      const packet = await makeSignature(signer, content, { created: signer.key.created });
      await writeFile(join(room.directory, 'content'), content);
      await writeFile(join(room.directory, 'content.sig'), packet);
      assert.match(await room.run('gpg --batch --status-fd 1 --verify content.sig content'), /GOODSIG/);
      if (passphrase !== '') {
        for (const wrong of [{}, { passphrase: 'wrong' }]) {
          assert.throws(
            () => softwareSigner(source, wrong),
            (error) => error instanceof SlipwayError && error.code === 'TRUST_BAD_KEY',
          );
        }
      }
    }
  } finally {
    await room.close();
  }
});

test('sq protects a version 6 key with Argon2 and OCB, and takes our signatures', { skip: noGpg }, async () => {
  const room = await GpgRoom.open();
  try {
    const cases = [
      ['ed25519', 4],
      ['nistp521', 4],
      ['rsa2048', 6],
      ['ed25519', 6],
      ['ed448', 6],
    ] as const;
    await writeFile(join(room.directory, 'content'), content);
    for (const [algorithm, version] of cases) {
      const key = await generateCertificate({ algorithm, version, userId, created });
      await writeFile(join(room.directory, 'key.asc'), key.publicKeyArmored);
      await writeFile(join(room.directory, 'content.sig'), await makeSignature(key.signer, content, { created }));
      await room.run('sq --home none verify --signer-file key.asc --signature-file content.sig content');
    }
    await writeFile(join(room.directory, 'password'), 'battery');
    await room.run(
      `sq --home none key generate --profile rfc9580 --own-key --name Test --new-password-file password --output locked.pgp --rev-cert r.pgp`,
    );
    const signer = softwareSigner(await readFile(join(room.directory, 'locked.pgp')), { passphrase: 'battery' });
    const packet = await makeSignature(signer, content, { created: signer.key.created + 10 });
    await writeFile(join(room.directory, 'content.sig'), packet);
    assert.equal(signer.key.version, 6);
  } finally {
    await room.close();
  }
});
