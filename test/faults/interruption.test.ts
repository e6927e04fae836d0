import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkout } from '../support/slipway.ts';
import { missingPrograms, visibleSkip } from '../support/visible-skip.ts';
import { assertFault, assertUnharmed } from './support/assert-fault.ts';
import { FaultProject } from './support/fault-project.ts';
import { answer, HostileArchive, poolPackage } from './support/hostile-archive.ts';
import type { Moment } from './support/run-in-child.ts';
import { noise, smallDistribution } from './support/small-distribution.ts';

const skip = visibleSkip(missingPrograms('apt-get'));
const open: { stop(): Promise<void> }[] = [];
after(() => Promise.all(open.map((each) => each.stop())));

/** Large enough that import and image writing take a while. */
const largeBytes = 24 << 20;

async function newProject() {
  const entries = [{ path: './usr/share/large/noise', content: noise(largeBytes) }];
  const archive = await HostileArchive.start([
    ...(await smallDistribution()),
    await poolPackage({ name: 'large', entries }),
  ]);
  const project = await FaultProject.create({ archive, packages: ['base', 'app', 'large'] });
  open.push({ stop: async () => void (await archive.stop(), await project.remove()) });
  return { archive, project };
}

function startCli(project: FaultProject): ChildProcess {
  return spawn(join(checkout, 'slipway'), ['build', '--project', project.directory, '--progress', 'json'], {
    env: project.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function outputOf(child: ChildProcess) {
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [status, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { status, signal, stderr };
}

/** Resolves when the child has written `text` to stderr. */
function said(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve) => {
    let seen = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
      if (seen.includes(text)) {
        resolve();
      }
    });
  });
}

const moments: readonly (readonly [string, Moment])[] = [
  ['before the first byte', { stage: 'snapshot', type: 'stage-start', count: 1, milliseconds: 0 }],
  ['while apt works', { stage: 'snapshot', type: 'stage-start', count: 1, milliseconds: 150 }],
  ['during downloads', { stage: 'snapshot', type: 'advance', count: 1, milliseconds: 0 }],
  ['after the lock file', { stage: 'snapshot', type: 'stage-end', count: 1, milliseconds: 0 }],
  ['during imports', { stage: 'import', type: 'advance', count: 2, milliseconds: 20 }],
  ['during signing', { stage: 'sign', type: 'advance', count: 2, milliseconds: 0 }],
  ['while the repository is published', { stage: 'repository', type: 'stage-start', count: 1, milliseconds: 3 }],
  ['before an image', { stage: 'images', type: 'advance', count: 1, milliseconds: 0 }],
  ['while an image is written', { stage: 'images', type: 'advance', count: 1, milliseconds: 120 }],
  ['during reports', { stage: 'reports', type: 'advance', count: 3, milliseconds: 0 }],
];

test('a run that was killed at any moment is continued, and gives what an undisturbed run gives', {
  skip,
}, async (t) => {
  const { archive, project } = await newProject();
  await project.run();
  const expected = await project.outputs();
  const keys = join(project.root, 'keys');
  await cp(project.state, keys, { recursive: true });
  for (const [name, moment] of moments) {
    await t.test(name, async () => {
      for (const directory of [project.cache, project.output, project.state, join(project.directory, 'slipway.lock')]) {
        await rm(directory, { recursive: true, force: true });
      }
      await cp(keys, project.state, { recursive: true });
      archive.takePoolRequests();
      const script = join(import.meta.dirname, 'support/run-in-child.ts');
      const child = spawn(
        process.execPath,
        ['--disable-warning=ExperimentalWarning', script, project.root, project.output, JSON.stringify(moment)],
        { stdio: ['ignore', 'pipe', 'pipe'] },
      );
      const { signal, stderr } = await outputOf(child);
      assert.equal(signal, 'SIGKILL', `it was not killed: ${stderr}`);
      await project.verifyStore();
      await project.run();
      assert.deepEqual(await project.outputs(), expected);
      assert.deepEqual(await project.leftovers(), []);
      await project.verifyStore();
      const whole = archive.takePoolRequests().filter((path) => !path.includes('large'));
      assert.ok(whole.length <= 4 * 2, `fetched again and again: ${whole.join(' ')}`);
    });
  }
});

test('apt does not outlive a run that was killed', { skip }, async () => {
  const { archive, project } = await newProject();
  const asked = new Promise<void>((resolve) => {
    archive.behaviour = (path) => {
      if (path.startsWith('pool/')) {
        resolve();
        return { do: 'hang' };
      }
      return answer;
    };
  });
  const child = startCli(project);
  await asked;
  child.kill('SIGKILL');
  await once(child, 'close');
  const running = () => spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).stdout;
  for (let waited = 0; running().includes(project.cache) && waited < 50; waited++) {
    await sleep(100); // signals take their time
  }
  assert.equal(running().includes(project.cache), false, running());
  archive.behaviour = () => answer;
  await project.run();
});

test('an interrupted run says how to continue, with status 130, and is continued', { skip }, async () => {
  const { archive, project } = await newProject();
  const asked = new Promise<void>((resolve) => {
    archive.behaviour = (path) => {
      if (path.includes('large')) {
        resolve();
        return { do: 'hang' };
      }
      return answer;
    };
  });
  const child = startCli(project);
  const ended = outputOf(child);
  await asked;
  child.kill('SIGINT');
  const { status, stderr } = await ended;
  assert.equal(status, 130);
  assert.match(stderr, /interrupted; run the same command again: it continues\n$/);
  assert.doesNotMatch(stderr, /error\[/);
  await assertUnharmed(project, {});
  archive.behaviour = () => answer;
  await project.run();
});

test('an interrupted run ends while files are written, too', { skip }, async () => {
  const { project } = await newProject();
  const child = startCli(project);
  const ended = outputOf(child);
  await said(child, '"stage-start","stage":"images"');
  child.kill('SIGINT');
  const { status, stderr } = await ended;
  assert.ok(status === 130 || status === 0, `${status}: ${stderr}`);
  assert.equal(stderr.includes('interrupted; run the same command again: it continues'), status === 130);
  await project.verifyStore();
  await project.run();
  assert.deepEqual(await project.leftovers(), []);
});

test('a second run on the same output is refused while the first one works, and the first one is not disturbed', {
  skip,
}, async () => {
  const { archive, project } = await newProject();
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const asked = new Promise<void>((resolve) => {
    archive.behaviour = (path) => {
      if (path.includes('large')) {
        resolve();
        return { do: 'wait', until: held };
      }
      return answer;
    };
  });
  const first = startCli(project);
  const ended = outputOf(first);
  await asked;
  assertFault(await project.failure(), {
    code: 'CORE_BUSY',
    status: 3,
    message: new RegExp(`process ${first.pid} is working on the same output`),
    hint: /wait until it has finished/,
  });
  release();
  const { status, stderr } = await ended;
  assert.equal(status, 0, stderr);
  await project.verifyStore();
  assert.equal(
    (await project.run()).result.stages.every(({ upToDate }) => upToDate),
    true,
  );
});

test('the lock of a dead process is taken over, also when its number belongs to another process now', {
  skip,
}, async () => {
  const { project } = await newProject();
  await project.run();
  const lock = join(project.output, '.lock');
  for (const content of ['4194303\n', '4194303 12345\n', `${process.pid} 1\n`, '1 1\n', '', 'nonsense']) {
    await writeFile(lock, content);
    await project.run();
  }
  const stat = await readFile(`/proc/${process.ppid}/stat`, 'utf8');
  const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  await writeFile(lock, `${process.ppid} ${start}\n`);
  assert.equal((await project.failure()).code, 'CORE_BUSY');
  await rm(lock);
});
