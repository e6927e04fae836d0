import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import { Keyring } from '@slipway/trust';
import fc from 'fast-check';
import { Judge, noJudge } from '../testing/judge.ts';
import { rpmData } from '../testing/rpm-data.ts';
import { type VerifyPackageOptions, verifyPackage } from './verify-package.ts';

const packages = join(rpmData, 'rpms');
const rpmTests = join(packages, 'rpm-testsuite/tests/data/RPMS');
const keys = join(packages, 'keys');
const skip = existsSync(packages) ? false : 'the shared RPM data is not there';
const directory = await mkdtemp(join(tmpdir(), 'slipway-verify-'));
after(() => rm(directory, { recursive: true, force: true }));

/** After all signatures of the data, before Sequoia's next deadline. */
const at = 1_790_000_000;

interface Recorded {
  readonly file: string;
  readonly checksig_rc: number;
  readonly checksig: readonly string[];
}

function recorded(): Recorded[] {
  return JSON.parse(readFileSync(join(packages, 'oracle.json'), 'utf8')) as Recorded[];
}

/** The answers were recorded with one sentence a line, blanks removed. */
async function linesOf(path: string, options: Partial<VerifyPackageOptions> = {}): Promise<string[]> {
  const { items } = await verifyPackage(path, { at, postQuantum: false, ...options });
  return items.flatMap(({ line }) => line.split('\n').map((part) => part.trim()));
}

function keyringOf(...names: readonly string[]): Keyring {
  return new Keyring(...names.map((name) => readFileSync(join(keys, name))));
}

test('192 packages get the lines and the status of rpmkeys -Kv', { skip }, async () => {
  for (const { file, checksig, checksig_rc } of recorded()) {
    const path = join(packages, file);
    assert.deepEqual(await linesOf(path), checksig, file);
    const { accepted } = await verifyPackage(path, { at, postQuantum: false });
    assert.equal(accepted, checksig_rc === 0, file);
  }
});

test('a key of the post-quantum algorithms verifies what rpm without them does not trust', { skip }, async () => {
  const mldsa87 = join(rpmTests, 'hello-2.0-1.x86_64-signed-mldsa87.rpm');
  const mldsa65 = join(
    packages,
    'rpm-rs/tests/assets/RPMS/v6/signed/rpm-basic-with-mldsa65-ed25519-2.3.4-5.el9.noarch.rpm',
  );
  const keyring = keyringOf('rpm/rpm.org-v6-mldsa87-test.asc', 'rpm-rs/v6/rpm-testkey-v6-mldsa65-ed25519.asc');
  for (const path of [mldsa87, mldsa65]) {
    const { items } = await verifyPackage(path, { keyring, at });
    const results = items.filter(({ line }) => line.includes('ML-DSA')).map(({ result }) => result);
    assert.deepEqual(results, ['ok'], path);
  }
});

test('subkeys count only when bound, back-signed, alive and not revoked when they signed', { skip }, async () => {
  const path = join(rpmTests, 'hello-2.0-1.x86_64-signed-with-subkey.rpm');
  const outcomes = [
    ['rpm/alice.asc', 'ok', 'good'],
    ['rpm/alice-expired-subkey.asc', 'not-trusted', 'expired'],
    ['rpm/alice-revoked-subkey.asc', 'not-trusted', 'revoked'],
  ];
  for (const [key = '', result, status] of outcomes) {
    const [signature] = (await verifyPackage(path, { keyring: keyringOf(key), at })).items;
    assert.deepEqual([signature?.result, signature?.finding?.verdict.status], [result, status], key);
    assert.match(signature?.line ?? '', /key fingerprint: b6542f92f30650c36b6f41bcb3a771bfeb04e625: /);
  }
  const merged = keyringOf('rpm/alice-revoked-subkey.asc', 'rpm/alice.asc');
  assert.equal((await verifyPackage(path, { keyring: merged, at })).items[0]?.result, 'not-trusted');
});

test('a subkey without a good binding signs nothing (CVE-2021-3521)', { skip }, async () => {
  for (const name of ['badbind', 'nosubsig', 'nosubsig-last']) {
    const [certificate] = keyringOf(`rpm/CVE-2021-3521-${name}.asc`).certificates;
    assert.equal(certificate?.fingerprint, '771b18d3d7baa28734333c424344591e1964c5fc');
    const path = join(rpmTests, 'hello-2.0-1.x86_64-signed.rpm');
    assert.ok((await verifyPackage(path, { keyring: keyringOf(`rpm/CVE-2021-3521-${name}.asc`), at })).accepted);
  }
});

test('a demand for signatures shows what is missing', { skip }, async () => {
  const unsigned = join(rpmTests, 'hello-2.0-1.x86_64.rpm');
  assert.deepEqual(await linesOf(unsigned, { level: 'all' }), [
    'Header OpenPGP DSA signature: NOTFOUND',
    'Header OpenPGP RSA signature: NOTFOUND',
    'Header OpenPGP signature: NOTFOUND',
    'Header SHA256 digest: OK',
    'Payload SHA256 digest: OK',
    'Legacy OpenPGP DSA signature: NOTFOUND',
    'Legacy OpenPGP RSA signature: NOTFOUND',
  ]);
  assert.equal((await verifyPackage(unsigned, { at, level: 'all' })).accepted, false);
  assert.deepEqual(await linesOf(unsigned, { level: 'all', signatures: false, digests: false }), []);
});

test('MD5 and SHA-1 digests are looked at only when asked for', { skip }, async () => {
  const lines = await linesOf(join(rpmTests, 'hello-2.0-1.x86_64.rpm'), { weakDigests: true });
  assert.deepEqual(
    lines.map((line) => line.replace(/ digest: OK$/, '')),
    ['Header SHA256', 'Header SHA1', 'Payload SHA256', 'Legacy MD5'],
  );
});

/** Signed packages with small headers, of every kind of signature. */
const signedSamples = [
  'rpm-testsuite/tests/data/RPMS/hello-2.0-1.x86_64-signed.rpm',
  'rpm-testsuite/tests/data/RPMS/hello-2.0-1.x86_64-signed-with-new-subkey.rpm',
  'rpm-testsuite/tests/data/RPMS/hello-2.0-1.x86_64-v3-signed.rpm',
  'rpm-rs/tests/assets/RPMS/v4/signed/rpm-basic-with-ecdsa-2.3.4-5.el9.noarch.rpm',
  'rpm-rs/tests/assets/RPMS/v6/signed/rpm-basic-multiple-signatures-2.3.4-5.el9.noarch.rpm',
];
const allKeys = [
  'rpm/rpm.org-rsa-2048-add-subkey.asc',
  'rpm-rs/v4/rpm-testkey-v4-ecdsa-nistp256.asc',
  'rpm-rs/v6/rpm-testkey-v6-ed25519.asc',
  'rpm-rs/v6/rpm-testkey-v6-rsa4k.asc',
];

/** Where the values of the signatures lie in a package file. */
function signatureBytes(bytes: Buffer): number[] {
  const [count, start] = [bytes.readUInt32BE(104), 112 + bytes.readUInt32BE(104) * 16];
  return Array.from({ length: count }, (_, index) => 112 + index * 16)
    .filter((entry) => [267, 268, 278, 1002].includes(bytes.readUInt32BE(entry)))
    .map((entry) => start + bytes.readUInt32BE(entry + 8));
}

/** Text of OpenPGP errors differs; which of the results it is does not. */
function withoutReasons(lines: readonly string[]): string[] {
  return lines
    .filter((line) => /^(Header|Payload|Legacy) /.test(line))
    .map((line) => line.replace(/: BAD \(.*/, ': BAD'));
}

test('rpmkeys says the same of damaged signatures, with and without their keys', {
  skip: skip || noJudge,
}, async () => {
  const judge = await Judge.open();
  try {
    const damaged: string[] = [];
    for (const file of signedSamples) {
      const original = readFileSync(join(packages, file));
      for (const [index, start] of signatureBytes(original).entries()) {
        for (const offset of [0, 1, 3, 4, 5, 7, 9, 12, 20, 30, 33, 60, 100]) {
          const bytes = Buffer.from(original);
          bytes[start + offset] = (bytes[start + offset] ?? 0) ^ (1 << (offset % 8));
          const path = join(directory, `${index}-${offset}-${basename(file)}`);
          await writeFile(path, bytes);
          await judge.add(path);
          damaged.push(path);
        }
      }
    }
    for (const names of [[], allKeys]) {
      for (const name of names) {
        await judge.add(join(keys, name));
        await judge.run(`mkdir -p root && rpmkeys --root $PWD/root --import ${basename(name)}`);
      }
      const list = damaged.map((path) => basename(path)).join(' ');
      const { stdout } = await judge.run(
        `rpmkeys --root $PWD/root -Kv ${list.replace(/(\S+)/g, '$PWD/$1')} 2>/dev/null`,
      );
      const theirs = stdout.split(/^\S*\.rpm:\n/m).slice(1);
      const keyring = keyringOf(...names);
      for (const [index, path] of damaged.entries()) {
        const expected = withoutReasons((theirs[index] ?? '').split('\n').map((line) => line.trim()));
        assert.deepEqual(withoutReasons(await linesOf(path, { keyring })), expected, basename(path));
      }
    }
  } finally {
    await judge.close();
  }
});

test('whatever is changed, nothing but a SlipwayError comes out', { skip }, async () => {
  const original = await readFile(join(packages, signedSamples[0] as string));
  const path = join(directory, 'changed.rpm');
  const keyring = keyringOf(...allKeys);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.nat(original.length),
      fc.boolean(),
      async (changes, length, isCut) => {
        const bytes = Buffer.from(original);
        for (const [index, value] of changes) {
          bytes[index] = value;
        }
        await writeFile(path, isCut ? bytes.subarray(0, length) : bytes);
        try {
          const { accepted, items } = await verifyPackage(path, { keyring, at, level: 'all' });
          assert.ok(!isCut || length === original.length || !accepted, `accepted: ${items.map(({ line }) => line)}`);
        } catch (error) {
          assert.ok(error instanceof SlipwayError, String(error));
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('the keys that come with the data are read, and what is not a key is refused', { skip }, () => {
  for (const name of readdirSync(keys, { recursive: true, encoding: 'utf8' }).filter((file) => /\.\w+$/.test(file))) {
    assert.ok(keyringOf(name).certificates.length > 0, name);
  }
  for (const source of ['', 'no key', Buffer.from([0x99, 0xff]), Buffer.alloc(100, 0xff)]) {
    assert.throws(
      () => new Keyring(source),
      (error) => error instanceof SlipwayError && error.code === 'TRUST_BAD_KEY',
    );
  }
});
