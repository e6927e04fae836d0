import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { formatLock, type Lock, loadLock, parseLock, saveLock } from './lock-file.ts';
import { failures, projectDirectory } from './testing/project-directory.ts';

const digest = 'a'.repeat(64);

function line(name: string, version = '1', rest = ''): string {
  return `  { name = "${name}", version = "${version}", architecture = "amd64", size = 1, sha256 = "${digest}", origin = "pool/${name}"${rest} },`;
}

function lockText(...lines: readonly string[]): string {
  return ['version = 1', '[snapshots.debian]', 'date = "2026-11-20T00:00:00Z"', 'packages = [', ...lines, ']', ''].join(
    '\n',
  );
}

test('a lock has one line per package, in order', async (context) => {
  const entry = { version: '2:1-1', architecture: 'amd64', size: 7, sha256: digest };
  const lock: Lock = {
    snapshots: new Map([
      ['z', { date: '2026-11-20T02:14:08Z', packages: [] }],
      [
        'a b',
        {
          date: '2026-11-20T02:14:08Z',
          suite: 'testing',
          metadataSha256: digest,
          packages: [
            { ...entry, name: 'less', origin: 'pool/less.deb' },
            { ...entry, name: 'less', architecture: 'source', origin: 'pool/less.orig.tar.xz' },
            { ...entry, name: 'less', architecture: 'source', origin: 'pool/less.dsc' },
            { ...entry, name: 'g++', origin: 'pool/g++.deb' },
          ],
        },
      ],
    ]),
  };
  const directory = await projectDirectory(context, {});
  const file = join(directory, 'slipway.lock');
  assert.equal(await loadLock(file), undefined);
  await saveLock(file, lock);
  const loaded = await loadLock(file);
  assert.ok(loaded);
  assert.deepEqual([...loaded.snapshots.keys()], ['a b', 'z']);
  assert.deepEqual(
    loaded.snapshots.get('a b')?.packages.map(({ origin }) => origin),
    ['pool/g++.deb', 'pool/less.deb', 'pool/less.dsc', 'pool/less.orig.tar.xz'],
  );
  assert.equal(
    formatLock(loaded),
    `# Written by slipway: the upstream packages of this project. Do not edit.
version = 1

[snapshots."a b"]
date = "2026-11-20T02:14:08Z"
suite = "testing"
metadata-sha256 = "${digest}"
packages = [
  { name = "g++", version = "2:1-1", architecture = "amd64", size = 7, sha256 = "${digest}", origin = "pool/g++.deb" },
  { name = "less", version = "2:1-1", architecture = "amd64", size = 7, sha256 = "${digest}", origin = "pool/less.deb" },
  { name = "less", version = "2:1-1", architecture = "source", size = 7, sha256 = "${digest}", origin = "pool/less.dsc" },
  { name = "less", version = "2:1-1", architecture = "source", size = 7, sha256 = "${digest}", origin = "pool/less.orig.tar.xz" },
]

[snapshots.z]
date = "2026-11-20T02:14:08Z"
packages = [
]
`,
  );
});

const word = fc.stringMatching(/^[\x21\x23-\x5b\x5d-\x7e]{1,12}$/);
const packages = fc.uniqueArray(
  fc.record({
    name: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9+._-]{0,8}$/),
    version: word,
    architecture: word,
    size: fc.maxSafeNat(),
    sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
    origin: word,
  }),
  { selector: ({ name, version, architecture, origin }) => JSON.stringify([name, version, architecture, origin]) },
);

test('what is written is what is read, in any order', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }).filter((name) => name !== '__proto__' && name.isWellFormed()),
      packages,
      (name, list) => {
        const lock: Lock = { snapshots: new Map([[name, { date: '2026-11-20T00:00:00Z', packages: list }]]) };
        const text = formatLock(lock);
        const read = parseLock('l', Buffer.from(text));
        assert.deepEqual([...read.snapshots.keys()], [name]);
        assert.equal(
          new Set(read.snapshots.get(name)?.packages.map((entry) => JSON.stringify(entry))).size,
          list.length,
        );
        assert.equal(formatLock(read), text);
        const reversed: Lock = {
          snapshots: new Map([[name, { date: '2026-11-20T00:00:00Z', packages: [...list].reverse() }]]),
        };
        assert.equal(formatLock(reversed), text);
      },
    ),
  );
});

describe('a malformed lock is refused with the line', () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['not TOML', 'version = ', /^PROJECT_SYNTAX l:1:\d+ /],
    ['another version', 'version = 2\n[snapshots]', /^PROJECT_BAD_VALUE l:1:11 .*expected "1", found 2$/],
    ['a wrong order', lockText(line('b'), line('a')), /^PROJECT_LOCK_SYNTAX l:6:3 .*not in order \(let slipway/],
    ['a package twice', lockText(line('a'), line('a')), /^PROJECT_LOCK_SYNTAX l:6:3 .*listed twice/],
    ['an unknown key', lockText(line('a'), line('b', '1', ', sourc = "x"')), /^PROJECT_UNKNOWN_KEY l:6:\d+ /],
    ['a missing key', lockText('  { name = "a" },'), /^PROJECT_MISSING_KEY l:5:3 .*the key version is missing/],
    ['a short digest', lockText(line('a').replace(digest, 'aa')), /^PROJECT_BAD_VALUE l:5:\d+ .*64 lower-case/],
    [
      'a negative size',
      lockText(line('a').replace('size = 1', 'size = -1')),
      /^PROJECT_BAD_VALUE l:5:\d+ .*at least 0/,
    ],
  ];
  for (const [name, text, expected] of cases) {
    test(name, async () => {
      const [found] = await failures('', async () => parseLock('l', Buffer.from(text)));
      assert.match(found ?? 'accepted', expected);
    });
  }
});
