import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Digest, SlipwayError, Store, sha256 } from '@slipway/core';
import { judgesMissing, judgeTree } from '../../../test/support/judge-tree.ts';
import { type BuildRequest, buildComponent } from './build-component.ts';
import { chooseSandbox } from './sandbox.ts';

const skip = judgesMissing() || (await sandboxMissing());

async function sandboxMissing(): Promise<string | false> {
  try {
    await chooseSandbox(true);
    return existsSync(join(judgeTree, 'usr/bin/rpmbuild')) ? false : 'the tree of judges has no rpmbuild';
  } catch (error) {
    return error instanceof SlipwayError ? error.message : String(error);
  }
}

/** A package of one file that `script` writes to `$out`. */
function spec(script: string): Buffer {
  return Buffer.from(`Name: sample
Version: 1
Release: 1
Summary: Sample
License: MIT
BuildArch: noarch
Source0: input.txt

%description
Sample.

%build
${script}

%install
mkdir -p %{buildroot}/usr/share/sample
cp out %{buildroot}/usr/share/sample/out

%files
/usr/share/sample/out
`);
}

function request(t: TestContext, script: string, changes: Partial<BuildRequest> = {}): BuildRequest {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-build-test-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  mkdirSync(join(judgeTree, 'build'), { recursive: true });
  return {
    component: 'sample',
    spec: spec(script),
    sources: [{ name: 'input.txt', content: { kind: 'bytes', bytes: Buffer.from('input\n') } }],
    root: judgeTree,
    workDirectory: join(directory, 'work'),
    logFile: join(directory, 'logs/build.log'),
    macros: {},
    sourceDateEpoch: 1_700_000_000,
    sandbox: 'root',
    store: new Store(join(directory, 'store')),
    ...changes,
  };
}

/** What the build saw: its script writes to the log between the marks. */
async function seen(t: TestContext, script: string): Promise<string> {
  const asked = request(
    t,
    `set +x; echo SEEN-BEGIN; { ${script}; } 2>&1; echo SEEN-END\ncp %{_sourcedir}/input.txt out`,
  );
  await buildComponent(asked);
  return /^SEEN-BEGIN\n([\s\S]*?)^SEEN-END/m.exec(readFileSync(asked.logFile, 'utf8'))?.[1]?.trim() ?? '';
}

test('the same spec and sources give the same package, byte for byte', { skip }, async (t) => {
  const digests: Digest[] = [];
  for (const sandbox of ['root', await chooseSandbox(true)] as const) {
    const asked = request(t, 'cp %{_sourcedir}/input.txt out; sleep 1.1; date >/dev/null', { sandbox });
    const [built, ...others] = await buildComponent(asked);
    assert.ok(built !== undefined && others.length === 0);
    assert.equal(built.fileName, 'sample-1-1.noarch.rpm');
    assert.equal(await asked.store.sizeBytes(built.digest), built.sizeBytes);
    assert.equal(existsSync(asked.workDirectory), false);
    digests.push(built.digest);
  }
  assert.equal(new Set(digests).size, 1);
});

test('a build has no network', { skip }, async (t) => {
  const interfaces = await seen(t, 'tail -n +3 /proc/net/dev | cut -d: -f1');
  assert.ok(['', 'lo'].includes(interfaces), interfaces);
});

test('a build is not root, has no capabilities and sees only its own processes', { skip }, async (t) => {
  const [uid, groups, capabilities, processes] = (
    await seen(t, 'id -u; id -G; grep CapEff /proc/self/status; ls /proc | grep -c "^[0-9]"')
  ).split('\n');
  assert.notEqual(uid, '0');
  assert.ok(!(groups ?? '0').split(' ').includes('0'), groups);
  assert.match(capabilities ?? '', /\t0+$/);
  assert.ok(Number(processes) < 20, processes);
});

test('a build cannot write outside of its own directories', { skip }, async (t) => {
  const places = ['/usr/x', '/etc/x', '/var/lib/x', '/x', '/dev/x', '/proc/sys/kernel/hostname'];
  const tries = places.map((place) => `(echo x > ${place}) 2>/dev/null && echo "wrote ${place}"`);
  const allowed = ['/tmp/x', '/var/tmp/x', '/build/BUILD/x', '/dev/null', '/dev/shm/x'];
  const wanted = allowed.map((place) => `(echo x > ${place}) 2>/dev/null || echo "no ${place}"`);
  assert.equal(await seen(t, `${[...tries, ...wanted].join('; ')}; true`), '');
  assert.equal(existsSync(join(judgeTree, 'tmp/x')), false);
});

test('a build has the environment of the request and nothing of this program', { skip }, async (t) => {
  const names = (await seen(t, 'env | cut -d= -f1 | sort; echo "epoch $SOURCE_DATE_EPOCH"')).split('\n');
  assert.ok(names.includes('epoch 1700000000'));
  for (const foreign of ['USER', 'LOGNAME', 'SHELL', 'NODE_TEST_CONTEXT', 'XDG_RUNTIME_DIR']) {
    assert.ok(!names.includes(foreign), foreign);
  }
});

test('a failing build says so with the last lines of its log, and keeps log and files', { skip }, async (t) => {
  const asked = request(t, 'seq 1 100; echo "no rule to make target" >&2; exit 7');
  await assert.rejects(buildComponent(asked), (error) => {
    assert.ok(error instanceof SlipwayError && error.code === 'BUILD_FAILED');
    assert.match(error.message, /sample/);
    assert.equal(error.message.split('\n').length, 21);
    assert.equal(error.at?.file, asked.logFile);
    return true;
  });
  assert.match(readFileSync(asked.logFile, 'utf8'), /\n1\n2\n[\s\S]*no rule to make target/);
  assert.ok(existsSync(join(asked.workDirectory, 'SPECS/sample.spec')));
});

test('a build that takes too long is ended, with all of its processes', { skip, timeout: 120_000 }, async (t) => {
  await assert.rejects(buildComponent(request(t, 'sleep 600 & sleep 600', { timeoutSeconds: 2 })), {
    code: 'BUILD_FAILED',
  });
});

test('an interrupted build is a cancelled run', { skip }, async (t) => {
  const abort = new AbortController();
  const asked = request(t, 'echo started; sleep 60', {
    signal: abort.signal,
    onOutput: (text) => text.includes('started') && abort.abort(),
  });
  await assert.rejects(buildComponent(asked), { code: 'CORE_CANCELLED' });
});

test('a spec without packages is an error', { skip }, async (t) => {
  const text = spec('touch out')
    .toString()
    .replace('%files\n/usr/share/sample/out\n', '')
    .replace(/cp out.*/, 'true');
  const bare = Buffer.from(text.replace('mkdir -p %{buildroot}/usr/share/sample', ''));
  await assert.rejects(buildComponent(request(t, '', { spec: bare })), { code: 'BUILD_NO_PACKAGE' });
});

test('sources come from the store too, and their names are plain', { skip }, async (t) => {
  const asked = request(t, 'cp %{_sourcedir}/stored.txt out');
  const { digest } = await asked.store.put('stored\n');
  const stored = { name: 'stored.txt', content: { kind: 'stored', digest } } as const;
  assert.equal((await buildComponent({ ...asked, sources: [...asked.sources, stored] })).length, 1);
  const missing = { ...stored, content: { kind: 'stored', digest: sha256('missing') } } as const;
  await assert.rejects(buildComponent({ ...asked, sources: [missing] }), { code: 'CORE_FILE_ACCESS' });
  for (const name of ['../x', '.rpmmacros', '', 'a/b']) {
    await assert.rejects(buildComponent({ ...asked, sources: [{ ...stored, name }] }), {
      code: 'BUILD_BAD_SOURCE_NAME',
    });
  }
});
