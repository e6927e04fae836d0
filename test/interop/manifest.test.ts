import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { loadManifest, type ManifestEntry, type TreeManifest } from '@slipway/tree';
import { diskPartitions, expectOutput } from '../support/disk-partitions.ts';
import { imagePackages } from '../support/image-packages.ts';
import { ensureOutputs, mainJobSeconds, noOutputs, outputs } from '../support/main-job.ts';
import { missingPrograms, visibleSkip } from '../support/visible-skip.ts';

const skip = visibleSkip(missingPrograms('sfdisk', 'debugfs') || noOutputs());
const isRoot = process.getuid?.() === 0;

/** What a manifest and a file system both know. */
interface Seen {
  readonly path: string;
  readonly type: string;
  readonly size?: number;
  readonly sha256?: string;
  readonly target?: string;
  readonly owner?: string;
  readonly mtime?: number;
}

describe('the manifest of the server image', { skip, timeout: (mainJobSeconds + 300) * 1000 }, () => {
  let scratch: string;
  let manifest: TreeManifest;

  before(async () => {
    await ensureOutputs();
    manifest = await loadManifest(join(outputs.directory, 'images/server/server.tree.jsonl'));
    scratch = await mkdtemp(join(tmpdir(), 'slipway-manifest-'));
  });

  after(() => rm(scratch, { recursive: true, force: true }));

  test('names the packages that were resolved', async () => {
    const named = manifest.header.packages.map(({ nevra }) => nevra);
    assert.deepEqual(named.sort(), await imagePackages('server'));
  });

  test('describes what debugfs finds on the disk: every path, type, mode, owner, time, target and content', async () => {
    const root = diskPartitions(outputs.rawDisk)[1];
    assert.ok(root !== undefined);
    expectOutput('debugfs', ['-R', `rdump / ${scratch}`, `${outputs.rawDisk}?offset=${root.offset}`]);
    const found = await seenIn(scratch);
    const described = new Map(manifest.entries.map((entry) => [entry.path, seenOf(entry)]));
    described.delete('/');
    found.delete('/lost+found');
    assert.ok(found.size > 1000, `${found.size} paths`);
    assert.deepEqual([...found.keys()].sort(), [...described.keys()].sort());
    for (const [path, seen] of found) {
      assert.deepEqual(seen, described.get(path));
    }
  });

  test('has special bits, capabilities and hard links as debugfs reads them', () => {
    const root = diskPartitions(outputs.rawDisk)[1];
    assert.ok(root !== undefined);
    const chosen = manifest.entries.filter(
      ({ capabilities, hardLink, mode }) => capabilities !== undefined || hardLink !== undefined || mode > 0o777,
    );
    assert.ok(chosen.length > 0);
    const commands = chosen.map(({ path }) => `stat "${path}"\n`).join('');
    const text = expectOutput('debugfs', ['-f', '-', `${outputs.rawDisk}?offset=${root.offset}`], commands);
    const blocks = text.split(/^debugfs: stat .*$/m).slice(1);
    assert.equal(blocks.length, chosen.length);
    const names = Map.groupBy(chosen, ({ hardLink }) => hardLink);
    for (const [at, entry] of chosen.entries()) {
      const block = blocks[at] as string;
      if (entry.type !== 'directory') {
        const links = entry.hardLink === undefined ? 1 : names.get(entry.hardLink)?.length;
        assert.equal(Number(/Links: (\d+)/.exec(block)?.[1]), links, entry.path);
      }
      assert.equal(Number.parseInt(/Mode: +(\d+)/.exec(block)?.[1] ?? '', 8), entry.mode, entry.path);
      assert.equal(block.includes('security.capability'), entry.capabilities !== undefined, entry.path);
    }
  });
});

/** debugfs gives owners to what it dumps only when it may, no special bits, and no times to links. */
function seenOf(entry: ManifestEntry): Seen {
  const { path, type, mode, uid, gid, mtime } = entry;
  const owner = `${(mode & 0o777).toString(8)} ${isRoot ? `${uid}:${gid}` : ''}`;
  switch (entry.type) {
    case 'file':
      return { path, type, owner, mtime, size: entry.size, sha256: entry.sha256 };
    case 'symlink':
      return { path, type, target: entry.target };
    default:
      return { path, type, owner };
  }
}

async function seenIn(directory: string): Promise<Map<string, Seen>> {
  const found = new Map<string, Seen>();
  for (const { parentPath, name } of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const place = join(parentPath, name);
    const path = place.slice(directory.length);
    found.set(path, await seenAt(place, path));
  }
  return found;
}

async function seenAt(place: string, path: string): Promise<Seen> {
  const stats = await lstat(place);
  const owner = `${(stats.mode & 0o777).toString(8)} ${isRoot ? `${stats.uid}:${stats.gid}` : ''}`;
  if (stats.isSymbolicLink()) {
    return { path, type: 'symlink', target: await readlink(place) };
  }
  if (!stats.isFile()) {
    return { path, type: stats.isDirectory() ? 'directory' : 'other', owner };
  }
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(place)) {
    hash.update(chunk);
  }
  const mtime = Math.floor(stats.mtimeMs / 1000);
  return { path, type: 'file', owner, mtime, size: stats.size, sha256: hash.digest('hex') };
}
