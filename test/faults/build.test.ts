import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ensureOutputs, mainJobSeconds, noOutputs } from '../support/main-job.ts';
import { missingPrograms, visibleSkip } from '../support/visible-skip.ts';
import { archiveSlice, hasPackages } from './support/archive-slice.ts';
import { assertFault, assertUnharmed } from './support/assert-fault.ts';
import { FaultProject } from './support/fault-project.ts';
import { HostileArchive } from './support/hostile-archive.ts';
import { smallDistribution } from './support/small-distribution.ts';

/** What rpmbuild itself needs for a package without architecture. */
const environment = ['bash', 'coreutils', 'dash', 'findutils', 'gawk', 'grep', 'rpm', 'sed', 'tar'];

const skip = visibleSkip(missingPrograms('apt-get') || noOutputs());

const open: { stop(): Promise<void> }[] = [];
after(() => Promise.all(open.map((each) => each.stop())));

const spec = (build: string) => `Name: tiny
Version: 1
Release: 1
Summary: A package of a test
License: MIT
BuildArch: noarch

%description
A package of a test.

%build
for line in $(seq 1 40); do echo "step $line of the build"; done
${build}

%install
install -D -m 644 answer %{buildroot}/usr/share/tiny/answer

%files
/usr/share/tiny
`;

const toml = `[components.tiny]
spec = { type = "local", path = "tiny.spec" }

[build-environment]
packages = ${JSON.stringify(environment)}

[build-environment.links]
"/usr/bin/awk" = "gawk"
`;

const works = spec('echo 42 > answer');
const breaks = spec('echo "the answer is not known" >&2; exit 7');

test('a %build that fails shows the end of its log and where the log is; what was published stays', {
  skip,
  timeout: mainJobSeconds * 1000,
}, async () => {
  await ensureOutputs();
  const slice = await archiveSlice();
  assert.ok(await hasPackages(slice, ...environment), 'the distribution has a build environment');
  const archive = await HostileArchive.start([...(await smallDistribution()), ...slice]);
  const files = { 'tiny.spec': works };
  const project = await FaultProject.create({ archive, packages: ['base', 'app'], toml, files });
  open.push({ stop: async () => void (await archive.stop(), await project.remove()) });
  const first = await project.run();
  assert.match(first.result.stages[3]?.summary ?? '', /^1 package from 1 spec, 1 built$/);
  const outputs = await project.outputs();
  await project.write('tiny.spec', breaks);
  const error = await project.failure();
  assertFault(error, {
    code: 'BUILD_FAILED',
    status: 2,
    message: /^Cannot build tiny: rpmbuild ended with status 1\n(?: {2}\| .*\n)*.*step 40 of the build/,
    hint: /read the whole log: .*logs\/tiny\.log; the build's files are in /,
  });
  assert.match(error.message, /the answer is not known/);
  assert.doesNotMatch(error.message, /step 1 of the build/);
  const log = readFileSync(join(project.directory, 'logs/tiny.log'), 'utf8');
  assert.match(log, /step 1 of the build\n/);
  const kept = /the build's files are in (.+)$/.exec(error.hint ?? '')?.[1] ?? '';
  assert.equal(existsSync(join(kept, 'SPECS/tiny.spec')), true);
  await assertUnharmed(project, outputs);
  await project.write('tiny.spec', works);
  const { result } = await project.run();
  assert.deepEqual(
    result.stages.filter(({ upToDate }) => !upToDate).map(({ stage }) => stage),
    [],
  );
  assert.deepEqual(await project.outputs(), outputs);

  await project.write('tiny.spec', works.replace('%files\n/usr/share/tiny\n', '%files\n/usr/share/tinny\n'));
  assertFault(await project.failure(), {
    code: 'BUILD_FAILED',
    status: 2,
    message: /File not found: .*\/usr\/share\/tinny/,
    hint: /logs\/tiny\.log/,
  });
  await assertUnharmed(project, outputs);
});
