import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
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

    const [first, second] = [await digestsIn(outputs.directory), await digestsIn(join(project, 'out'))];
    const names = [...new Set([...first.keys(), ...second.keys()])];
    assert.ok(names.length > 200, `${names.length} files`);
    assert.deepEqual(
      names.filter((name) => first.get(name) !== second.get(name)),
      [],
    );
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

async function digestsIn(output: string): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>();
  const repomd = await readFile(join(output, 'repository/x86_64/repodata/repomd.xml'), 'utf8');
  for (const part of built) {
    const entries = await readdir(join(output, part), { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((each) => each.isFile())) {
      const path = join(entry.parentPath, entry.name);
      if (basename(entry.parentPath) === 'repodata' && !isCurrent(entry.name, repomd)) {
        continue;
      }
      const hash = createHash('sha256');
      await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
      digests.set(relative(output, path), hash.digest('hex'));
    }
  }
  return digests;
}

/** Metadata of earlier runs stays for clients that read the old repomd.xml. */
function isCurrent(name: string, repomd: string): boolean {
  return name.startsWith('repomd.xml') || repomd.includes(`"repodata/${name}"`);
}
