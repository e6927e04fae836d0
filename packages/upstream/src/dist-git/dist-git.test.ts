import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { GitServer } from '../testing/git-server.ts';
import type { Mishap } from '../testing/loopback.ts';
import { openUpstream, type UpstreamFixture } from '../testing/upstream-fixture.ts';
import type { DistGit } from './dist-git.ts';

const first = 1_767_225_600; // 2026-01-01T00:00:00Z
const second = 1_769_904_000; // 2026-02-01T00:00:00Z
const between = '2026-01-20T00:00:00Z';
const afterwards = '2026-03-01T00:00:00Z';

function fill({ history }: UpstreamFixture): string {
  history.commit({ message: 'first', time: first, files: { 'demo.spec': 'Version: 1\n', sources: '' } });
  return history.commit({ message: 'second', time: second, files: { 'demo.spec': 'Version: 2\n' } });
}

/** Everything that rendering asks of one component. */
async function readAll(run: DistGit, { uri }: UpstreamFixture, snapshot = between) {
  const { commit } = await run.resolveCommit({ component: 'demo', uri, branch: 'rawhide', snapshot });
  const tree = await run.readTree(uri, commit);
  const { commits, readBlob } = await run.history(uri, commit, 'demo.spec');
  return { commit, spec: `${await tree.readSpec('demo')}`, last: `${await readBlob(commits[0]?.spec ?? '')}` };
}

const noPrograms = { PATH: '/nonexistent' };

test('what was read before needs no network, no git and no second look, also offline', async (t) => {
  const upstream = await openUpstream(t);
  fill(upstream);
  const cold = await readAll(upstream.distGit(), upstream, afterwards);
  const asked = upstream.server.requests.length;
  await upstream.server.close();

  for (const offline of [false, true]) {
    const warm = await readAll(upstream.distGit({ environment: noPrograms, offline }), upstream, afterwards);
    assert.deepEqual(warm, cold);
  }
  assert.equal(upstream.server.requests.length, asked);
  assert.deepEqual([cold.spec, cold.last], ['Version: 2\n', 'Version: 2\n']);
});

test('a commit that a run has chosen needs no git when the lock names it in the next run', async (t) => {
  const upstream = await openUpstream(t);
  fill(upstream);
  for (const rest of [{}, { snapshot: between }]) {
    const request = { component: 'demo', uri: upstream.uri, branch: 'rawhide' };
    const { commit } = await upstream.distGit().resolveCommit({ ...request, ...rest });
    const next = upstream.distGit({ environment: noPrograms });
    assert.deepEqual(await next.resolveCommit({ ...request, locked: commit }), { commit, how: 'locked' });
  }
});

test('contents come only when they are asked for, and in one exchange', async (t) => {
  const upstream = await openUpstream(t);
  fill(upstream);
  const run = upstream.distGit();
  const { commit } = await run.resolveCommit({ component: 'demo', uri: upstream.uri, branch: 'rawhide' });
  const packs = (pack: string) => pack.includes('POST') && pack.includes('upload-pack');
  const toResolve = upstream.server.requests.filter(packs).length;
  await run.readTree(upstream.uri, commit);
  const toRead = upstream.server.requests.filter(packs).length;
  const history = await run.history(upstream.uri, commit, 'demo.spec');
  assert.equal(upstream.server.requests.filter(packs).length, toRead);
  const specs = await Promise.all(history.commits.map(({ spec }) => history.readBlob(spec ?? '')));

  assert.deepEqual(specs.map(String), ['Version: 2\n', 'Version: 1\n']);
  assert.ok(toRead > toResolve);
  assert.equal(upstream.server.requests.filter(packs).length - toRead, toRead - toResolve);
});

test('a time before the newest commit that was fetched needs no network; a later one does', async (t) => {
  const upstream = await openUpstream(t);
  fill(upstream);
  const resolve = (snapshot: string, offline: boolean) =>
    upstream.distGit({ offline }).resolveCommit({ component: 'demo', uri: upstream.uri, branch: 'rawhide', snapshot });
  await resolve(between, false);
  const asked = upstream.server.requests.length;

  await resolve('2026-01-25T00:00:00Z', false);
  assert.equal(upstream.server.requests.length, asked);
  await assert.rejects(resolve(afterwards, true), (error: { code: string; message: string; hint: string }) => {
    return (
      error.code === 'UPSTREAM_OFFLINE' &&
      error.message.includes(`the branch rawhide up to ${afterwards}`) &&
      error.hint.includes('slipway component render demo')
    );
  });
  await resolve(afterwards, false);
  assert.ok(upstream.server.requests.length > asked);
  await resolve(afterwards, true);
});

test('offline with an empty cache names what is missing and asks nobody', async (t) => {
  const upstream = await openUpstream(t);
  const commit = fill(upstream);
  const run = upstream.distGit({ offline: true });
  const request = { component: 'demo', uri: upstream.uri, branch: 'rawhide' };

  for (const named of [{}, { locked: commit }, { pin: commit.slice(0, 8) }, { snapshot: between }]) {
    await assert.rejects(run.resolveCommit({ ...request, ...named }), { code: 'UPSTREAM_OFFLINE' });
  }
  await assert.rejects(run.readTree(upstream.uri, commit), { code: 'UPSTREAM_OFFLINE' });
  await assert.rejects(run.history(upstream.uri, commit, 'demo.spec'), { code: 'UPSTREAM_OFFLINE' });
  assert.deepEqual(upstream.server.requests, []);
});

/** The first `times` requests for packs meet a mishap. */
function mishaps(server: GitServer, mishap: Mishap, times = Number.POSITIVE_INFINITY): void {
  let left = times;
  server.mishap = (request) => (request.startsWith('POST') && left-- > 0 ? mishap : undefined);
}

test('a connection that breaks in the middle of a pack is tried again', async (t) => {
  const upstream = await openUpstream(t);
  const commit = fill(upstream);
  mishaps(upstream.server, { kind: 'cut', afterBytes: 60 }, 3);
  const found = await upstream.distGit().resolveCommit({ component: 'demo', uri: upstream.uri, branch: 'rawhide' });

  assert.equal(found.commit, commit);
  assert.deepEqual(upstream.waits, [2, 4, 8]);
});

test('a server that always breaks off is an error, and nothing of it is trusted later', async (t) => {
  const upstream = await openUpstream(t);
  const commit = fill(upstream);
  const request = { component: 'demo', uri: upstream.uri, branch: 'rawhide' };
  for (const afterBytes of [0, 200, 500]) {
    mishaps(upstream.server, { kind: 'cut', afterBytes });
    await assert.rejects(upstream.distGit({ retries: 0 }).resolveCommit(request), { code: 'UPSTREAM_NETWORK' });
  }
  mishaps(upstream.server, { kind: 'status', status: 503 });
  await assert.rejects(upstream.distGit({ retries: 1 }).resolveCommit(request), /\(2 attempts\)/);
  await assert.rejects(upstream.distGit({ offline: true }).readTree(upstream.uri, commit), {
    code: 'UPSTREAM_OFFLINE',
  });
  upstream.server.mishap = undefined;

  assert.equal((await readAll(upstream.distGit(), upstream, afterwards)).commit, commit);
});

test('a server that hangs is given up, without its password in the message', { timeout: 120_000 }, async (t) => {
  const upstream = await openUpstream(t);
  fill(upstream);
  upstream.server.mishap = () => ({ kind: 'hang' });
  const uri = upstream.uri.replace('http://', 'http://user:secret@');

  await assert.rejects(
    upstream.distGit({ timeoutSeconds: 1, retries: 1 }).resolveCommit({ component: 'demo', uri, branch: 'rawhide' }),
    (error: { code: string; message: string }) =>
      error.code === 'UPSTREAM_NETWORK' && error.message.includes('***@') && !error.message.includes('secret'),
  );
});

test('a server that drips is given up, and no program that listens to it stays', async (t) => {
  const upstream = await openUpstream(t);
  const { uri } = upstream;
  upstream.server.mishap = () => ({ kind: 'drip' });
  const run = upstream.distGit({ timeoutSeconds: 1, retries: 0 });
  const resolving = assert.rejects(
    run.resolveCommit({ component: 'demo', uri, branch: 'rawhide' }),
    /nothing came for 1 seconds/,
  );
  let ended = false;
  const end = resolving.finally(() => {
    ended = true;
  });
  let seen = false;
  while (!ended) {
    seen ||= processesWith(uri).length > 0;
    await sleep(20);
  }

  await end;
  assert.ok(seen);
  await untilNone(() => processesWith(uri));
});

/** Signals take their time. */
async function untilNone(find: () => string[]): Promise<void> {
  for (let waited = 0; find().length > 0 && waited < 50; waited++) {
    await sleep(100);
  }
  assert.deepEqual(find(), []);
}

/** The processes that were told an address, as all are that talk to it. */
function processesWith(uri: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(uri);
    } catch {
      return false; // it ended, or is not ours
    }
  });
}

test('a git:// server that never answers is given up as well', async (t) => {
  const upstream = await openUpstream(t);
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  t.after(() => {
    sockets.forEach((socket) => socket.destroy());
    silent.close();
  });
  const { port } = silent.address() as { port: number };
  const uri = `git://127.0.0.1:${port}/demo`;

  await assert.rejects(
    upstream.distGit({ timeoutSeconds: 1, retries: 0 }).resolveCommit({ component: 'demo', uri, branch: 'rawhide' }),
    /nothing came for 1 seconds/,
  );
});

test('an interrupted run says so at once', async (t) => {
  const upstream = await openUpstream(t);
  upstream.server.mishap = () => ({ kind: 'hang' });
  const interrupt = new AbortController();
  const run = upstream.distGit({ signal: interrupt.signal });
  setTimeout(() => interrupt.abort(), 300);

  await assert.rejects(run.resolveCommit({ component: 'demo', uri: upstream.uri, branch: 'rawhide' }), {
    code: 'CORE_CANCELLED',
  });
});

function repositoryOf({ directory }: UpstreamFixture): string {
  const base = join(directory, 'cache/dist-git');
  return join(base, readdirSync(base)[0] ?? '', 'repository.git');
}

/** Forgets what was found out, so that the repository itself is asked. */
function forget({ directory }: UpstreamFixture): void {
  rmSync(join(repositoryOf({ directory } as UpstreamFixture), '../known'), { recursive: true, force: true });
  rmSync(join(directory, 'cache/dist-git-contents'), { recursive: true, force: true });
}

const damages: Readonly<Record<string, (repository: string) => void>> = {
  'packs that are cut': (repository) => packFiles(repository, '.pack').forEach((path) => truncateSync(path, 40)),
  'packs that are gone': (repository) => rmSync(join(repository, 'objects'), { recursive: true }),
  'indexes that are other bytes': (repository) =>
    packFiles(repository, '.idx').forEach((path) => {
      rmSync(path);
      writeFileSync(path, Buffer.alloc(2000, 7));
    }),
  'a branch that names nothing': (repository) =>
    writeFileSync(join(repository, 'refs/heads/rawhide'), `${'1'.repeat(40)}\n`),
  'a branch that is empty': (repository) => writeFileSync(join(repository, 'refs/heads/rawhide'), ''),
  'a configuration that cannot be read': (repository) => writeFileSync(join(repository, 'config'), '[core\nx'),
  'a HEAD that is no reference': (repository) => writeFileSync(join(repository, 'HEAD'), 'nonsense'),
};

function packFiles(repository: string, suffix: string): string[] {
  const directory = join(repository, 'objects/pack');
  return readdirSync(directory)
    .filter((name) => name.endsWith(suffix))
    .map((name) => join(directory, name));
}

for (const [name, damage] of Object.entries(damages)) {
  test(`a cached repository with ${name} is fetched again; offline it is an error`, async (t) => {
    const upstream = await openUpstream(t);
    fill(upstream);
    const cold = await readAll(upstream.distGit(), upstream);
    damage(repositoryOf(upstream));
    forget(upstream);

    await assert.rejects(readAll(upstream.distGit({ offline: true }), upstream), { code: 'UPSTREAM_OFFLINE' });
    forget(upstream);
    assert.deepEqual(await readAll(upstream.distGit(), upstream), cold);
  });
}

test('locks and unfinished packs of a killed git do not stop the next run', async (t) => {
  const upstream = await openUpstream(t);
  fill(upstream);
  await readAll(upstream.distGit(), upstream);
  const repository = repositoryOf(upstream);
  const left = ['refs/heads/rawhide.lock', 'packed-refs.lock', 'objects/pack/tmp_pack_abcdef', '../lock'];
  left.forEach((name) => writeFileSync(join(repository, name), name === '../lock' ? '4194303 5\n' : ''));
  mkdirSync(join(repository, '../.repository.git.4194303-0123456789ab.tmp'));
  const next = upstream.history.commit({ message: 'third', time: second + 1 });
  const found = await upstream.distGit().resolveCommit({ component: 'demo', uri: upstream.uri, branch: 'rawhide' });

  assert.equal(found.commit, next);
  assert.deepEqual(
    left.filter((name) => existsSync(join(repository, name))),
    [],
  );
  assert.deepEqual(readdirSync(join(repository, '..')).sort(), ['known', 'repository.git']);
});

test('locks that an attempt leaves do not stop the next attempt', async (t) => {
  const upstream = await openUpstream(t);
  const commit = fill(upstream);
  const lock = () => join(repositoryOf(upstream), 'refs/heads/rawhide.lock');
  let attempts = 0;
  upstream.server.mishap = (request) => {
    if (request.startsWith('GET') && attempts++ === 0) {
      writeFileSync(lock(), '');
      return { kind: 'status', status: 500 };
    }
    return undefined;
  };
  const found = await upstream.distGit().resolveCommit({ component: 'demo', uri: upstream.uri, branch: 'rawhide' });

  assert.equal(found.commit, commit);
  assert.deepEqual([attempts, upstream.waits], [2, [2]]);
});

function startProcess({ directory, uri }: UpstreamFixture): ChildProcessWithoutNullStreams {
  const program = fileURLToPath(import.meta.resolve('../testing/dist-git-process.ts'));
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, directory, uri]);
}

async function outputOf(child: ChildProcessWithoutNullStreams): Promise<string> {
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  await once(child, 'close');
  return output.trim();
}

test('processes that share a cache all get their answers', async (t) => {
  const upstream = await openUpstream(t);
  const commit = fill(upstream);
  const outputs = await Promise.all([1, 2, 3].map(() => outputOf(startProcess(upstream))));

  assert.deepEqual(
    outputs,
    outputs.map(() => `${commit} 2 Version: 2`),
  );
});

test('a process that is killed takes git with it, and the next one goes on', async (t) => {
  const upstream = await openUpstream(t);
  const commit = fill(upstream);
  upstream.server.mishap = (request) => (request.startsWith('POST') ? { kind: 'drip' } : undefined);
  const child = startProcess(upstream);
  for (let waited = 0; upstream.server.requests.length < 2 && waited < 200; waited++) {
    await sleep(100);
  }
  assert.notDeepEqual(processesWith(upstream.uri), []);
  child.kill('SIGKILL');
  await untilNone(() => processesWith(upstream.uri));
  upstream.server.mishap = undefined;

  assert.equal(await outputOf(startProcess(upstream)), `${commit} 2 Version: 2`);
});

test('one run asks for a branch once, whoever wants it', async (t) => {
  const upstream = await openUpstream(t);
  fill(upstream);
  const run = upstream.distGit();
  const request = { component: 'demo', uri: upstream.uri, branch: 'rawhide' };
  await Promise.all([1, 2, 3].map(() => run.resolveCommit(request)));
  await run.resolveCommit(request);

  assert.equal(upstream.server.requests.filter((asked) => asked.startsWith('GET')).length, 1);
});

for (const [name, config] of [
  ['cannot filter', 'uploadpack.allowFilter'],
  ['gives nothing by id', 'uploadpack.allowReachableSHA1InWant'],
] as const) {
  test(`a server that ${name} serves whole repositories`, async (t) => {
    const upstream = await openUpstream(t);
    const commit = fill(upstream);
    upstream.history.git(['config', config, 'false']);
    upstream.server.protocolVersion = name === 'gives nothing by id' ? 0 : 2;

    assert.equal((await readAll(upstream.distGit(), upstream, afterwards)).commit, commit);
  });
}

test('a git:// server is read like any other', async (t) => {
  const upstream = await openUpstream(t);
  const commit = fill(upstream);
  const port = await freePort();
  const base = `--base-path=${join(upstream.directory, 'served')}`;
  const daemon = spawn('git', ['daemon', '--export-all', base, '--listen=127.0.0.1', `--port=${port}`], {
    detached: true,
  });
  t.after(() => process.kill(-(daemon.pid as number)));
  const uri = `git://127.0.0.1:${port}/demo`;
  const run = upstream.distGit({ retries: 20, wait: () => sleep(100) }); // until it listens

  assert.equal((await readAll(run, { ...upstream, uri }, afterwards)).commit, commit);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

test('a repository in a directory of this machine is read like any other', async (t) => {
  const upstream = await openUpstream(t);
  const commit = fill(upstream);
  for (const uri of [upstream.history.directory, `file://${upstream.history.directory}`]) {
    assert.equal((await readAll(upstream.distGit(), { ...upstream, uri }, afterwards)).commit, commit);
  }
});
