import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { distribution, ensureOutputs, mainJobSeconds, noOutputs, outputs } from '../support/main-job.ts';
import { slipway } from '../support/slipway.ts';
import { visibleSkip } from '../support/visible-skip.ts';

const skip = visibleSkip(noOutputs());

/** Where nothing but bytes that were built is: logs and locks say when something happened. */
const built = ['images', 'repository'];

test('the project in another directory, built with no remembered results, gives the same bytes', {
  skip,
  timeout: 2 * mainJobSeconds * 1000,
}, async (t) => {
  await ensureOutputs();
  const scratch = await mkdtemp(join(tmpdir(), 'slipway-again-'));
  try {
    const project = join(scratch, 'elsewhere');
    await cp(distribution, project, { recursive: true, filter: (path) => path !== outputs.directory });
    await downloadsOnly(join(scratch, 'cache'));
    const started = Date.now();
    const { status, stderr } = await slipway(['quickstart', '--project', project, '--progress', 'plain'], {
      timeoutSeconds: mainJobSeconds,
      env: { ...stringsOf(process.env), SLIPWAY_CACHE: join(scratch, 'cache'), TZ: 'Pacific/Chatham', LANG: 'C' },
    });
    assert.equal(status, 0, stderr);
    t.diagnostic(`second build in ${((Date.now() - started) / 1000).toFixed(0)} s`);

    assert.deepEqual(await digestsIn(join(project, 'out')), await digestsIn(outputs.directory));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
});

/** A new cache that has only what came from the network: every package is imported, built and signed again. */
async function downloadsOnly(cache: string): Promise<void> {
  const existing = process.env.SLIPWAY_CACHE ?? join(homedir(), '.cache/slipway');
  await cp(join(existing, 'apt'), join(cache, 'apt'), { recursive: true }).catch(() => undefined);
}

function stringsOf(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

async function digestsIn(output: string): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const part of built) {
    const entries = await readdir(join(output, part), { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((each) => each.isFile())) {
      const path = join(entry.parentPath, entry.name);
      const hash = createHash('sha256');
      await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
      digests[relative(output, path)] = hash.digest('hex');
    }
  }
  return Object.fromEntries(Object.entries(digests).sort(([a], [b]) => (a < b ? -1 : 1)));
}
