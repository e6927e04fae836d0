import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadProject, projectDigest } from '@slipway/project';
import {
  type DeviationReport,
  formatDeviationHtml,
  formatDeviationJson,
  formatDeviationMarkdown,
  formatDeviationTable,
} from '@slipway/release';
import { slipway } from './fake-machine.ts';

async function project(context: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-cli-'));
  context.after(() => rm(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  return directory;
}

const small = {
  'slipway.toml': `
[project]
description = "A small one"
output-dir = "out"

[snapshots.debian]
type = "apt"
suite = "testing"
components = ["main"]
architecture = "amd64"

[components.hello]
spec = { type = "local", path = "hello/hello.spec" }

[[components.hello.overlays]]
type = "spec-set-tag"
tag = "Summary"
value = "A better greeting"
description = "Says what it is"

[components.hello.overlays.metadata]
category = "branding-policy"
upstream-status = "inapplicable"
reason = "The name is ours."

[components.bash]
spec = { type = "import", package = "bash" }

[images.tiny]
description = "The smallest image"
definition = { type = "slipway", path = "tiny.toml" }
`,
  'hello/hello.spec': 'Name: hello\nSummary: A greeting\n\n%description\nGreets.\n',
  'tiny.toml': 'description = "Tiny"\npackages = ["bash"]\n[container]\n',
};

const resolution = {
  image: 'tiny',
  packages: [
    { name: 'bash', nevra: 'bash-5.3-4.x86_64', digest: 'b', reasons: [{ text: 'requested as bash' }] },
    {
      name: 'libc6',
      nevra: 'libc6-2.42-1.x86_64',
      digest: 'c',
      reasons: [
        { text: 'recommended by bash (libc6)' },
        { text: 'required by libtinfo6 (libc6)', by: 't' },
        { text: 'required by bash (libc6)', by: 'b' },
      ],
    },
    {
      name: 'libtinfo6',
      nevra: 'libtinfo6-6.6-1.x86_64',
      digest: 't',
      reasons: [{ text: 'required by bash (libtinfo6)', by: 'b' }],
    },
  ],
};

test('the project is the nearest one upwards', async (context) => {
  const directory = await project(context, small);
  const { status, stdout } = await slipway(['component', 'list'], { directory: join(directory, 'hello') });

  assert.equal(status, 0);
  assert.equal(
    stdout,
    `component  spec    from            overlays
---------  ------  --------------  --------
bash       import  bash of debian         0
hello      local   the project            1

2 components, 1 overlay
`,
  );
});

test('outside of any project the reference distribution is used', async () => {
  const { status, stdout } = await slipway(['image', 'list', '--json'], { directory: '/' });

  assert.equal(status, 0);
  assert.deepEqual(
    (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name),
    ['container', 'server'],
  );
});

test('a directory without a project is refused when it is named', async (context) => {
  const directory = await project(context, {});
  const { status, stderr } = await slipway(['image', 'list', '--project', directory]);

  assert.equal(status, 2);
  assert.match(stderr, /^error\[PROJECT_NOT_FOUND\]: .*\n {2}at .*\n {2}hint: run the command inside a project/);
});

test('every mistake of a project is shown with its line', async (context) => {
  const directory = await project(context, { 'slipway.toml': '[project]\ndescripton = "x"\n[imags.a]\n' });
  const { status, stdout, stderr } = await slipway(['image', 'list'], { directory });

  assert.deepEqual([status, stdout], [2, '']);
  assert.equal(
    stderr,
    `error[PROJECT_UNKNOWN_KEY]: Cannot use project.descripton: there is no such key
  at slipway.toml:2:1
    descripton = "x"
    ^
  hint: did you mean description?

error[PROJECT_UNKNOWN_KEY]: Cannot use imags: there is no such key
  at slipway.toml:3:2
    [imags.a]
     ^
  hint: did you mean images?

2 errors
`,
  );
});

test('with --json the mistakes of a project are one document', async (context) => {
  const directory = await project(context, { 'slipway.toml': '[project\n' });
  const { status, stdout, stderr } = await slipway(['image', 'list', '--json'], { directory });
  const { exitStatus, errors } = JSON.parse(stderr);

  assert.deepEqual([status, stdout, exitStatus], [2, '', 2]);
  assert.equal(errors.length, 1);
  assert.deepEqual([errors[0].code, errors[0].kind, errors[0].at.line], ['PROJECT_SYNTAX', 'input', 1]);
});

test('a component is shown with its overlays and its spec after them', async (context) => {
  const directory = await project(context, small);

  const people = await slipway(['component', 'show', 'hello'], { directory });
  assert.equal(
    people.stdout,
    `hello: spec from the project

1 overlay

  spec-set-tag (slipway.toml:15)
    Says what it is
    why: The name is ours.
    branding-policy, upstream: inapplicable

Spec after the overlays:

Name: hello
Summary: A better greeting

%description
Greets.
`,
  );

  const programs = await slipway(['component', 'show', 'hello', '--json'], { directory });
  const { overlays, renderedSpec } = JSON.parse(programs.stdout);
  assert.deepEqual(overlays[0].at, { file: 'slipway.toml', line: 15 });
  assert.match(renderedSpec, /A better greeting/);
});

test('an unknown component or image is named, with what there is', async (context) => {
  const directory = await project(context, small);

  assert.equal(
    (await slipway(['component', 'show', 'helo'], { directory })).stderr,
    `error[PROJECT_UNKNOWN_NAME]: Cannot find the component helo: the project does not define it
  at slipway.toml
  hint: did you mean hello?
`,
  );
  assert.equal((await slipway(['image', 'packages', 'huge'], { directory })).status, 2);
  assert.equal((await slipway(['image', 'boot', 'huge'], { directory })).status, 2);
});

test('what has not been built says so', async (context) => {
  const directory = await project(context, small);

  for (const args of ['image packages tiny', 'snapshot show', 'image boot tiny']) {
    const { status, stderr } = await slipway(args.split(' '), { directory });
    assert.equal(status, 2, args);
    assert.match(stderr, /^error\[CLI_NOT_BUILT\]: [^]*\n {2}hint: run slipway build/, args);
  }
});

test('the packages of an image have reasons, and --why leads to what was asked for', async (context) => {
  const directory = await project(context, { ...small, 'out/reports/packages/tiny.json': JSON.stringify(resolution) });

  assert.equal(
    (await slipway(['image', 'packages', 'tiny'], { directory })).stdout,
    `package                 why
----------------------  --------------------------------------
bash-5.3-4.x86_64       requested as bash
libc6-2.42-1.x86_64     recommended by bash (libc6) and 2 more
libtinfo6-6.6-1.x86_64  required by bash (libtinfo6)

3 packages in tiny
`,
  );
  assert.equal(
    (await slipway(['image', 'packages', 'tiny', '--why', 'libc6'], { directory })).stdout,
    `libc6-2.42-1.x86_64

libc6: required by bash (libc6)
  bash: requested as bash

Also:
  recommended by bash (libc6)
  required by libtinfo6 (libc6)
`,
  );
  assert.equal(
    (await slipway(['image', 'packages', 'tiny', '--why', 'tinfo'], { directory })).stderr,
    `error[CLI_PACKAGE_ABSENT]: Cannot explain tinfo: the image tiny does not have it
  hint: it has libtinfo6
`,
  );
});

async function builtReport(directory: string): Promise<DeviationReport> {
  return {
    distribution: { name: 'Small', version: '1' },
    basis: 'built',
    project: await projectDigest(await loadProject(directory)),
    componentsTotal: 2,
    deviations: [
      {
        component: 'hello',
        kind: 'source',
        overlay: { index: 0, type: 'spec-set-tag', target: 'Summary: Ours' },
        description: 'Says what it is',
        reason: 'The name is ours.',
        category: 'branding-policy',
        upstreamStatus: undefined,
        links: [],
        at: { file: 'slipway.toml', line: 15, lastLine: 18 },
        measured: { linesAdded: 1, linesRemoved: 1, diff: '' },
      },
    ],
    settings: [],
  };
}

test('deviations of a build are printed in four forms', async (context) => {
  const directory = await project(context, small);
  const report = await builtReport(directory);
  const json = formatDeviationJson(report);
  await mkdir(join(directory, 'out/reports'), { recursive: true });
  await writeFile(join(directory, 'out/reports/deviations.json'), json);
  const shown = async (...args: string[]) => {
    const { stdout, stderr } = await slipway(['deviations', ...args], { directory });
    assert.equal(stderr, '');
    return stdout;
  };

  assert.equal(await shown(), formatDeviationTable(report));
  assert.equal(await shown('--format', 'json'), json);
  assert.equal(await shown('--format', 'markdown'), formatDeviationMarkdown(report));
  assert.equal(await shown('--format', 'html'), formatDeviationHtml(report));
  assert.deepEqual(JSON.parse(await shown('--json')), JSON.parse(json));
  assert.equal(await shown('--format', 'json', '--output', 'd.json'), 'The report is in d.json.\n');
  assert.equal(await readFile(join(directory, 'd.json'), 'utf8'), json);
});

test('deviations are as declared when nothing was built, or something has changed since', async (context) => {
  const directory = await project(context, small);
  const shown = async () => slipway(['deviations', '--json'], { directory });
  const declared = JSON.parse((await shown()).stdout);
  await mkdir(join(directory, 'out/reports'), { recursive: true });
  await writeFile(join(directory, 'out/reports/deviations.json'), formatDeviationJson(await builtReport(directory)));
  const built = JSON.parse((await shown()).stdout);
  await appendFile(join(directory, 'slipway.toml'), '\n# changed\n');
  const { stdout, stderr } = await slipway(['deviations'], { directory });
  const unmeasured = await slipway(['deviations', '--specs', 'none'], { directory });

  assert.deepEqual([declared.basis, declared.totals.measured, built.basis], ['declared', 1, 'built']);
  assert.equal(declared.deviations.length, 1);
  assert.match(stderr, /^Deviations as they are declared: the project has changed since it was built\.$/m);
  assert.match(stdout, /^\+1 −1 lines\.$/m);
  assert.match(unmeasured.stdout, /^Lines are known for 0 of 1: /m);
});

test('deviations say since when they are there, by the repository of the project', async (context) => {
  const directory = await project(context, small);
  const env = { PATH: process.env.PATH };
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Jo', '-c', 'user.email=jo@example.org', ...args], {
      cwd: directory,
      env: { ...env, GIT_AUTHOR_DATE: '1767225600 +0000', GIT_COMMITTER_DATE: '1767225600 +0000' },
    });
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message', 'all');
  const home = await mkdtemp(join(tmpdir(), 'slipway-home-'));
  context.after(() => rm(home, { recursive: true, force: true }));
  await appendFile(join(directory, 'slipway.toml'), '\n# not committed, and not of an overlay\n');
  const { stdout } = await slipway(['deviations', '--json'], { directory, env, home });

  assert.deepEqual(JSON.parse(stdout).deviations[0].since, {
    time: '2026-01-01T00:00:00.000Z',
    author: 'Jo',
    commit: git('rev-parse', 'HEAD').toString().trim(),
    atLeast: false,
  });
});

test('the snapshot is shown from the lock file', async (context) => {
  const digest = 'a'.repeat(64);
  const lock = `version = 1

[snapshots.debian]
date = "2026-10-30T08:08:01Z"
suite = "testing"
metadata-sha256 = "${digest}"
packages = [
  { name = "bash", version = "5.3-4", architecture = "amd64", size = 1500000, sha256 = "${digest}", origin = "a" },
  { name = "hello", version = "2.10", architecture = "source", size = 500000, sha256 = "${digest}", origin = "b" },
]
`;
  const directory = await project(context, { ...small, 'slipway.lock': lock });

  assert.equal(
    (await slipway(['snapshot', 'show'], { directory })).stdout,
    `debian: testing of 2026-10-30T08:08:01Z\n  1 packages and 1 source files, 2.0 MB\n  metadata sha256 ${digest}\n`,
  );
  const [shown] = JSON.parse((await slipway(['snapshot', 'show', '--packages', '--json'], { directory })).stdout);
  assert.deepEqual([shown.name, shown.binaryPackages, shown.packages.length], ['debian', 1, 2]);
});

test('error codes are explained', async () => {
  assert.equal(
    (await slipway(['error', 'core_digest_mismatch'])).stdout,
    `CORE_DIGEST_MISMATCH
  Bytes do not have the digest they were announced with.
  kind: integrity (exit status 5); who acts: security: stop and investigate before you go on
`,
  );
  const all = JSON.parse((await slipway(['error', '--json'])).stdout) as object[];
  assert.deepEqual(Object.keys(all[0] ?? {}), ['code', 'kind', 'exitStatus', 'meaning']);
});
