import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { formatAccountFiles } from './account-files.ts';
import { type ConfigFile, planAccounts } from './accounts.ts';
import { parseSysusers, splitQuoted } from './sysusers.ts';
import { judgeFiles } from './testing/judge-files.ts';
import { judgeDirectory, judgeProgramMissing, judgeWithProc } from './testing/system-judge.ts';

const skip = judgeProgramMissing('usr/bin/systemd-sysusers');
const vendorDirectory = '/usr/lib/sysusers.d';

function config(...lines: string[]): ConfigFile {
  return { path: `${vendorDirectory}/a.conf`, text: lines.map((line) => `${line}\n`).join('') };
}

test('groups come before users, and free ids go down from 999 past what is taken', () => {
  const { users, groups } = planAccounts([config('u a -', 'u b 999', 'g c 998', 'm eve wheel', 'u i -:c', 'u r 998')]);
  const gids = [...groups.values()].map(({ name, gid }) => [name, gid]);
  const uids = [...users.values()].map(({ name, uid, gid }) => [name, uid, gid]);
  assert.deepEqual(gids, [
    ['eve', 993],
    ['r', 994],
    ['b', 996],
    ['a', 997],
    ['c', 998],
    ['wheel', 999],
  ]);
  assert.deepEqual(uids, [
    ['eve', 993, 993],
    ['r', 994, 994],
    ['i', 995, 998],
    ['b', 996, 996],
    ['a', 997, 997],
  ]);
  assert.deepEqual(groups.get('wheel')?.members, ['eve']);
});

test('fields are read with quotes, and defaults are those of sysusers.d(5)', () => {
  assert.deepEqual(splitQuoted(`u x - "a \\"b\\" c" '/h d' -`), ['u', 'x', '-', 'a "b" c', '/h d', '-']);
  const { users } = planAccounts([config('u root 0 "Super User"', 'u! x 7 - - -', '# comment', '')]);
  assert.deepEqual(users.get('root'), {
    name: 'root',
    uid: 0,
    gid: 0,
    gecos: 'Super User',
    home: '/',
    shell: '/bin/bash',
  });
  assert.equal(users.get('x')?.shell, '/usr/sbin/nologin');
  assert.equal(users.get('x')?.locked, true);
});

test('the files have a line for each account, dated by the image', () => {
  const accounts = planAccounts([config('u root 0 - /root', 'u! web 33 "Web" /srv', 'm web root')]);
  const files = formatAccountFiles(accounts, 86_400 * 3 + 5, new Map([['root', '$6$hash']]));
  assert.deepEqual(files, {
    passwd: 'root:x:0:0::/root:/bin/bash\nweb:x:33:33:Web:/srv:/usr/sbin/nologin\n',
    group: 'root:x:0:web\nweb:x:33:\n',
    shadow: 'root:$6$hash:3::::::\nweb:!*:3:::::1:\n',
    gshadow: 'root:!*::web\nweb:!*::\n',
  });
});

test('lines that passwd(5) cannot hold are errors at their line', () => {
  for (const line of [
    'u',
    'x y',
    'u a:b',
    'u 5 -',
    'u a 65535',
    'g a 4294967295',
    'u a - "b:c"',
    'u a - - relative',
    'u a - - /h nologin',
    'u a - - "/h\tx"',
    'r - 9-5',
    'r - 0-5',
    'r - 1-999999999',
    'm a',
    'u a 1x',
  ]) {
    assert.throws(
      () => parseSysusers(config('g ok -', line)),
      (error) => error instanceof SlipwayError && error.code === 'COMPOSE_BAD_CONFIG' && error.at?.line === 2,
      line,
    );
  }
});

test('a group that does not exist and a range that is used up are errors', () => {
  assert.throws(() => planAccounts([config('u a 5:nosuch')]), { code: 'COMPOSE_UNKNOWN_OWNER' });
  assert.throws(() => planAccounts([config('u a 5:77')]), { code: 'COMPOSE_UNKNOWN_OWNER' });
  assert.throws(() => planAccounts([config('r - 500', 'g a -', 'g b -')]), { code: 'COMPOSE_NO_FREE_ID' });
});

test('any text gives accounts with distinct names and ids, or a SlipwayError', () => {
  const word = fc.constantFrom('u', 'u!', 'g', 'm', 'r', '-', 'a', 'b', '5', '5:b', '1-3', '"', '\\', '/x', '\0');
  const line = fc.oneof(
    fc.array(word, { maxLength: 6 }).map((words) => words.join(' ')),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      try {
        const { users, groups } = planAccounts([config(...lines)]);
        assert.equal(new Set([...users.values()].map(({ uid }) => uid)).size, users.size);
        assert.equal(new Set([...groups.values()].map(({ gid }) => gid)).size, groups.size);
      } catch (error) {
        assert.ok(error instanceof SlipwayError, String(error));
      }
    }),
  );
});

test("the accounts are those of systemd-sysusers for the judge tree's own files", { skip }, (t) => {
  assertSameAccounts(t, judgeFiles(vendorDirectory, '.conf'));
});

test('the accounts are those of systemd-sysusers for any lines', { skip }, (t) => {
  const name = fc.constantFrom('a', 'b', 'c', 'dd', 'ee');
  const id = fc.constantFrom('-', '997', '998', '999', '600', '0');
  const line = fc.oneof(
    fc.tuple(name, id).map(([who, number]) => `g ${who} ${number}`),
    fc.tuple(name, id).map(([who, number]) => `u ${who} ${number} "Mr. ${who}" - /bin/x`),
    fc.tuple(name, id).map(([who, number]) => `u! ${who} ${number}:base`),
    name.map((who) => `m ${who} team`),
  );
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 9 }), (lines) => {
      assertSameAccounts(t, [config('g base 42', 'u basis 41:base', ...lines)]);
    }),
    { numRuns: 25 },
  );
});

test('free ids are taken from the ranges that are named', { skip }, (t) => {
  assertSameAccounts(t, [config('r - 500-502', 'r - 300', 'u a -', 'u b -', 'g c -', 'u d -')]);
});

function assertSameAccounts(t: TestContext, files: readonly ConfigFile[]): void {
  assert.ok(files.length > 0);
  const directory = judgeDirectory(t);
  mkdirSync(join(directory.outside, 'etc'));
  directory.put('bin/bash', '');
  files.forEach(({ path, text }) => directory.put(path, text));
  const result = judgeWithProc('/usr/bin/systemd-sysusers', [`--root=${directory.inside}`]);
  assert.equal(result.status, 0, result.stderr);
  const ours = formatAccountFiles(planAccounts(files), 0);
  const lines = (text: string) => text.split('\n').sort();
  for (const name of ['passwd', 'group', 'shadow', 'gshadow'] as const) {
    const expected = lines(comparable(readFileSync(join(directory.outside, 'etc', name), 'utf8')));
    assert.deepEqual(lines(ours[name]), expected, `${name} of ${JSON.stringify(files.map(({ text }) => text))}`);
  }
}

/** The tool dates passwords by the clock, and leaves root's password for a first boot to ask for. */
function comparable(text: string): string {
  return text.replace(/^([^:]*:![^:]*:)\d+(:::::1?:)$/gm, '$10$2').replace(/^root:!unprovisioned:/m, 'root:*:');
}
