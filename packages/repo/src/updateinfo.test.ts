import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { arbitraryEntry } from './testing/arbitrary-entry.ts';
import { type Advisory, formatUpdateinfo, readUpdateinfo } from './updateinfo.ts';
import { writeRepository } from './write-repository.ts';

const publisher = { from: 'security@example.org', collection: 'slipway-1' };
const word = fc.string({ unit: fc.constantFrom('a', 'b', '1', '<', '&', '"'), minLength: 1, maxLength: 5 });
const plain = { noNullPrototype: true } as const;
const evr = fc.record({ epoch: fc.nat({ max: 3 }), version: word, release: word }, plain);
const onePackage = fc.record(
  { name: word, evr, arch: word, sourceRpm: word, filename: word, rebootSuggested: fc.constant(true) },
  plain,
);
const advisory: fc.Arbitrary<Advisory> = fc.record(
  {
    id: word,
    kind: fc.constantFrom('security', 'bugfix', 'enhancement', 'newpackage'),
    title: word,
    severity: fc.constantFrom('', 'Critical'),
    description: word,
    issued: fc.integer({ min: 1, max: 2 ** 32 }),
    updated: fc.integer({ min: 1, max: 2 ** 32 }),
    references: fc.array(fc.record({ type: word, id: word, href: word, title: word }, plain), { maxLength: 2 }),
    packages: fc.array(onePackage, { maxLength: 2 }),
  },
  plain,
);

async function read(bytes: Uint8Array): Promise<Advisory[]> {
  const found: Advisory[] = [];
  for await (const one of readUpdateinfo([bytes])) {
    found.push(one);
  }
  return found;
}

test('advisories read back as they were written', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(advisory, { maxLength: 3 }), async (advisories) => {
      assert.deepEqual(await read(Buffer.from(formatUpdateinfo(advisories, publisher))), advisories);
    }),
  );
});

test('a broken updateinfo.xml ends in a SlipwayError', async () => {
  const text = Buffer.from(formatUpdateinfo(fc.sample(advisory, { numRuns: 2, seed: 3 }), publisher));
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat({ max: 255 }), async (at, byte) => {
      const broken = Buffer.from(text);
      broken[at % broken.length] = byte;
      await read(broken).catch((error: unknown) => assert.ok(error instanceof SlipwayError, String(error)));
    }),
    { numRuns: 300 },
  );
});

const tree = join(homedir(), '.cache/slipway/judge');

test('dnf5 finds the packages of an advisory', {
  skip: existsSync(tree) ? false : 'the judge tree is not here',
}, async () => {
  const judge = realpathSync(tree);
  const inside = mkdtempSync(join(judge, 'tmp/repo-test-'));
  try {
    const [entry] = fc.sample(arbitraryEntry, 1);
    assert.ok(entry !== undefined);
    const metadata = { ...entry.metadata, name: 'openssl', evr: { epoch: 0, version: '3.5', release: '2' } };
    const text = formatUpdateinfo([{ ...slw1, packages: [{ ...packageOf, name: 'openssl' }] }], publisher);
    const additional = [{ type: 'updateinfo', name: 'updateinfo.xml', content: [Buffer.from(text)] }];
    await writeRepository(inside, [{ ...entry, metadata }], { time: 1, additional });
    const path = `/tmp/${basename(inside)}`;
    const dnf = ['dnf5', '-q', `--repofrompath=x,file://${path}`, '--repo=x', `--setopt=cachedir=${path}/cache`];
    const { stdout, stderr } = spawnSync(
      'chroot',
      [judge, ...dnf, 'repoquery', '--advisories=SLW-2026-1', '--advisory-severities=critical', '--security'],
      { encoding: 'utf8' },
    );
    assert.equal(stdout.trim(), 'openssl-0:3.5-2.noarch', stderr);
  } finally {
    rmSync(inside, { recursive: true });
  }
});

const packageOf = {
  evr: { epoch: 0, version: '3.5', release: '2' },
  arch: 'noarch',
  sourceRpm: 'openssl-3.5-2.src.rpm',
  filename: 'openssl-3.5-2.noarch.rpm',
};
const slw1: Omit<Advisory, 'packages'> = {
  id: 'SLW-2026-1',
  kind: 'security',
  title: 'openssl',
  severity: 'Critical',
  description: 'A flaw is gone.',
  issued: 1_790_000_000,
  updated: 1_790_000_000,
  references: [{ type: 'cve', id: 'CVE-2026-1', href: 'https://example.org/CVE-2026-1', title: 'CVE-2026-1' }],
};
