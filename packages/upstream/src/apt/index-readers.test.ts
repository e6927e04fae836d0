import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestNames, SlipwayError, sha256 } from '@slipway/core';
import fc from 'fast-check';
import { parseParagraphs } from '../debian/control-paragraphs.ts';
import { findDebianArchive, parseDeb822Sources, parseListSources } from './apt-sources.ts';
import { type ArchivePackage, readPackagesIndex } from './archive-package.ts';
import { readSourcesIndex } from './download-source.ts';
import { parseRelease } from './fetch-indexes.ts';

const record = `Package: a
Source: b (2.0)
Version: 1.0
Architecture: all
Essential: yes
Depends: c,
 d (>= 1)
Tag: x,
 y
Filename: pool/main/a/a_1.0_all.deb
Size: 12
SHA256: ${sha256('')}
`;

async function readAll(chunks: readonly Uint8Array[]): Promise<ArchivePackage[]> {
  const found: ArchivePackage[] = [];
  for await (const entry of readPackagesIndex(chunks)) {
    found.push(entry);
  }
  return found;
}

test('an index is read the same however it is cut into chunks', async () => {
  const bytes = Buffer.from(`${record}\n\n${record.replace('Source: b (2.0)\n', '')}`);
  const whole = await readAll([bytes]);
  assert.equal(whole.length, 2);
  assert.deepEqual([whole[0]?.sourceName, whole[0]?.sourceVersion, whole[1]?.sourceName], ['b', '2.0', 'a']);
  assert.equal(whole[0]?.relations.Depends, 'c, d (>= 1)');
  assert.equal(whole[0]?.essential, true);
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length), fc.nat(bytes.length), async (a, b) => {
      const [first, second] = [Math.min(a, b), Math.max(a, b)];
      const chunks = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)];
      assert.deepEqual(await readAll(chunks), whole);
    }),
  );
});

test('paths that leave the archive and records without digest are refused', async () => {
  for (const [from, to] of [
    ['pool/main', '../main'],
    ['pool/main', '/main'],
    [sha256(''), 'no'],
    ['Size: 12', 'Size: -1'],
    ['Version: 1.0\n', ''],
  ] as const) {
    await assert.rejects(readAll([Buffer.from(record.replace(from, to))]), { code: 'UPSTREAM_BAD_INDEX' });
  }
});

test('any bytes are an index or refused with a code', async () => {
  const word = fc.constantFrom('Package: a\n', 'Version: 1\n', 'Filename: x\n', '\n', ' ', ':', 'Checksums-Sha256:\n');
  const text = fc.oneof(
    fc.string(),
    fc.array(word).map((parts) => parts.join('')),
  );
  await fc.assert(
    fc.asyncProperty(text, async (content) => {
      for (const read of [readPackagesIndex, readSourcesIndex]) {
        try {
          for await (const _ of read([Buffer.from(content)])) {
            // every entry is looked at by the reader itself
          }
        } catch (failure) {
          assert.ok(failure instanceof SlipwayError, String(failure));
        }
      }
      try {
        parseParagraphs(content, 'x');
        parseRelease(content);
      } catch (failure) {
        assert.ok(failure instanceof SlipwayError, String(failure));
      }
      assert.ok(Array.isArray([...parseDeb822Sources(content, 'x'), ...parseListSources(content)]));
    }),
  );
});

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const main = `Types: deb\nURIs: https://mirror.example/debian\nSuites: trixie trixie-updates\nComponents: main\nSigned-By: ${keyring}\n`;
const security = `Types: deb\nURIs: https://mirror.example/debian-security\nSuites: trixie-security\nComponents: main\nSigned-By: ${keyring}\n`;
const thirdParty =
  'Types: deb\nURIs: https://apt.example/x\nSuites: stable\nComponents: main\nSigned-By: /usr/share/keyrings/x.gpg\n';

test('the Debian archive is found among other sources', () => {
  const sources = parseDeb822Sources([thirdParty, security, main].join('\n'), 'x.sources');
  assert.deepEqual(findDebianArchive(sources).uris, ['https://mirror.example/debian']);
  const lists = parseListSources(
    `# old\ndeb [arch=amd64 signed-by=${keyring}] http://m.example/debian bookworm main contrib # x\n`,
  );
  assert.deepEqual(findDebianArchive(lists), {
    ...{ types: ['deb'], uris: ['http://m.example/debian'], suites: ['bookworm'], components: ['main', 'contrib'] },
    signedBy: keyring,
  });
  assert.equal(findDebianArchive(parseListSources('deb http://m.example/debian stable main\n')).signedBy, '');
});

test('without it nothing else is taken in its place', () => {
  for (const text of [
    thirdParty,
    security,
    main.replace('Types', 'Enabled: no\nTypes'),
    main.replace('https:', 'cdrom:'),
  ]) {
    assert.throws(() => findDebianArchive(parseDeb822Sources(text, 'x')), { code: 'UPSTREAM_NO_ARCHIVE' });
  }
});

test('the nearest names are those with the fewest edits', () => {
  const names = ['bash', 'dash', 'zsh', 'bash-completion', 'busybox'];
  assert.equal(nearestNames('bsah', names)[0], 'bash');
  assert.deepEqual(nearestNames('rash', names).slice(0, 2), ['bash', 'dash']);
  assert.deepEqual(nearestNames('completely-else', names), []);
});
