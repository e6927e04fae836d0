import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { missingPrograms, visibleSkip } from '../support/visible-skip.ts';
import { assertFault, assertUnharmed } from './support/assert-fault.ts';
import { FaultProject, imageToml, type ProjectPlan } from './support/fault-project.ts';
import { answer, HostileArchive, now, poolPackage, type Validity } from './support/hostile-archive.ts';
import { noise, smallDistribution } from './support/small-distribution.ts';

const skip = visibleSkip(missingPrograms('apt-get'));
const open: { stop(): Promise<void> }[] = [];
after(() => Promise.all(open.map((each) => each.stop())));

interface Bench {
  readonly archive: HostileArchive;
  readonly project: FaultProject;
}

async function bench(plan: Partial<ProjectPlan> = {}, validity: Validity = {}): Promise<Bench> {
  const large = await poolPackage({
    name: 'large',
    entries: [{ path: './usr/share/large/noise', content: noise(3 << 20) }],
  });
  const archive = await HostileArchive.start([...(await smallDistribution()), large], validity);
  const project = await FaultProject.create({ archive, packages: ['base', 'app'], ...plan });
  open.push({ stop: async () => void (await archive.stop(), await project.remove()) });
  return { archive, project };
}

/** Asks for two more packages than the run before. */
async function wantMore(project: FaultProject): Promise<void> {
  await project.write('image.toml', imageToml(['base', 'app', 'extra', 'large']));
}

async function assertContinues({ archive, project }: Bench, fetched: readonly string[]): Promise<void> {
  archive.behaviour = () => answer;
  archive.takePoolRequests();
  const { result } = await project.run();
  assert.equal(result.resolutions[0]?.packages.length, 5);
  assert.deepEqual(archive.takePoolRequests().sort(), fetched);
  assert.match(result.stages[1]?.summary ?? '', /^5 packages, 0 of them with overlays, 2 new$/);
  await project.verifyStore();
  assert.equal(
    (await project.run()).result.stages.every(({ upToDate }) => upToDate),
    true,
  );
}

const large = 'pool/main/large_1.0-1_amd64.deb';
const extra = 'pool/main/extra_1.0-1_amd64.deb';

test('without a network a run says so, and a run that needs nothing new succeeds', { skip }, async () => {
  const { archive, project } = await bench();
  await archive.stop();
  assertFault(await project.failure(), {
    code: 'UPSTREAM_NETWORK',
    status: 4,
    message: /package index.*(Could not connect|Connection refused)/s,
    hint: /check the network.*run the same command again/,
  });
  await archive.resume();
  await project.run();
  const outputs = await project.outputs();
  await archive.stop();
  assert.equal(
    (await project.run()).result.stages.every(({ upToDate }) => upToDate),
    true,
  );
  await wantMore(project);
  assertFault(await project.failure(), {
    code: 'UPSTREAM_NETWORK',
    status: 4,
    message: /package index/,
    hint: /check the network/,
  });
  await assertUnharmed(project, outputs);
  await archive.resume();
  await assertContinues({ archive, project }, [extra, large]);
});

test('a network that goes away during downloads costs only what was not fetched yet', { skip }, async () => {
  const { archive, project } = await bench();
  await project.run();
  const outputs = await project.outputs();
  await wantMore(project);
  let broken = false;
  archive.behaviour = (path) => {
    if (path === large || broken) {
      broken = true;
      return { do: 'break-off', after: path === large ? 1 << 20 : 0 };
    }
    return answer;
  };
  assertFault(await project.failure(), {
    code: 'UPSTREAM_NETWORK',
    status: 4,
    message: /download packages/,
    hint: /check the network.*run the same command again/,
  });
  await assertUnharmed(project, outputs);
  archive.behaviour = () => answer;
  const fetched = archive.takePoolRequests().filter((path) => path === extra).length;
  assert.ok(fetched > 0);
  archive.behaviour = () => answer;
  const { result } = await project.run();
  assert.equal(result.resolutions[0]?.packages.length, 5);
  assert.ok(archive.takePoolRequests().includes(large));
  await project.verifyStore();
});

test('a mirror that lies about a package is named, and nothing of it is kept', { skip }, async () => {
  const { archive, project } = await bench();
  await project.run();
  const outputs = await project.outputs();
  await wantMore(project);
  archive.behaviour = (path, content) => {
    const lie = Buffer.from(content);
    lie[content.length >> 1] = (lie[content.length >> 1] ?? 0) ^ 1;
    return path === large ? { do: 'lie', content: lie } : answer;
  };
  const error = await project.failure();
  assertFault(error, {
    code: 'UPSTREAM_DIGEST_MISMATCH',
    status: 5,
    message: /Cannot accept large 1\.0-1/,
    hint: /other bytes than its signed index announces; nothing of it was kept/,
  });
  assert.equal(error.data?.package, 'large');
  await assertUnharmed(project, outputs);
  const before = archive.takePoolRequests();
  await assertContinues({ archive, project }, before.includes(extra) ? [large] : [extra, large]);
});

test('a mirror that ends a package early is named, and the next run fetches it whole', { skip }, async () => {
  const { archive, project } = await bench();
  await project.run();
  const outputs = await project.outputs();
  await wantMore(project);
  archive.behaviour = (path, content) =>
    path === large ? { do: 'lie', content: content.subarray(0, content.length >> 1) } : answer;
  assertFault(await project.failure(), {
    code: 'UPSTREAM_DIGEST_MISMATCH',
    status: 5,
    message: /Cannot accept large 1\.0-1/,
    hint: /other bytes than its signed index announces/,
  });
  await assertUnharmed(project, outputs);
  await assertContinues({ archive, project }, [large]);
});

test('a mirror whose index does not have the signed digest is refused', { skip }, async () => {
  const { archive, project } = await bench();
  archive.behaviour = (path, content) =>
    path.endsWith('/Packages')
      ? { do: 'lie', content: Buffer.from(content.toString().replace('1.0-1', '9.0-9')) }
      : answer;
  assertFault(await project.failure(), {
    code: 'UPSTREAM_DIGEST_MISMATCH',
    status: 5,
    message: /fetch the package index/,
    hint: /signed index announces/,
  });
  archive.behaviour = () => answer;
  await project.run();
});

test('an index of another signer is refused', { skip }, async () => {
  const { archive, project } = await bench();
  archive.behaviour = (path, content) =>
    path.endsWith('InRelease')
      ? { do: 'lie', content: Buffer.from(content.toString().replace('Label: Test', 'Label: Tess')) }
      : answer;
  assertFault(await project.failure(), {
    code: 'UPSTREAM_SIGNATURE',
    status: 5,
    message: /fetch the package index/,
    hint: /keyring/,
  });
  archive.behaviour = () => answer;
  await project.run();
});

test('an expired index is refused without a reason, and accepted and reported with one', { skip }, async () => {
  const { archive, project } = await bench({}, { validUntil: now() - 3600 });
  assertFault(await project.failure(), {
    code: 'UPSTREAM_INDEX_EXPIRED',
    status: 5,
    message: /index of forky: it expired at 20/,
    hint: /allow-expired-reason/,
  });
  await project.edit('slipway.toml', (text) => `${text}allow-expired-reason = "the archive of this test is frozen"\n`);
  for (const run of [await project.run(), await project.run()]) {
    const notes = run.events.flatMap((event) => (event.type === 'note' ? [event.text] : []));
    assert.equal(notes.length, 1);
    assert.match(notes[0] ?? '', /^The index of forky expired on .*; allowed: the archive of this test is frozen$/);
  }
  await archive.stop();
});
