import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { serveDirectory } from '../../apps/cli/src/boot/serve-directory.ts';
import { ensureOutputs, mainJobSeconds, noOutputs, outputs } from '../support/main-job.ts';
import { slipway } from '../support/slipway.ts';
import { visibleSkip } from '../support/visible-skip.ts';

const options = { skip: visibleSkip(noOutputs()), timeout: (mainJobSeconds + 300) * 1000 };

interface Upstream {
  readonly directory: string;
  readonly run: () => ReturnType<typeof slipway>;
}

/** A project whose upstream is the repository that the main job published, served on loopback. */
async function withProject(body: (project: Upstream) => Promise<void>): Promise<void> {
  await ensureOutputs();
  const directory = await mkdtemp(join(tmpdir(), 'slipway-rpm-md-'));
  const server = await serveDirectory(outputs.repositories);
  try {
    await writeFile(join(directory, 'slipway.toml'), projectFile(`http://127.0.0.1:${server.port}/x86_64/`));
    await writeFile(
      join(directory, 'tiny.toml'),
      'description = "Tiny"\npackages = ["mawk", "slipway-base"]\n\n[container]\ncmd = ["/usr/bin/awk"]\n',
    );
    const env = {
      ...process.env,
      SLIPWAY_CACHE: join(directory, 'cache'),
      SLIPWAY_STATE: join(directory, 'state'),
    } as Record<string, string>;
    await body({
      directory,
      run: () => slipway(['build', '--project', directory, '--progress', 'plain'], { env, timeoutSeconds: 280 }),
    });
  } finally {
    await server.close();
    await rm(directory, { recursive: true, force: true });
  }
}

function projectFile(baseUri: string): string {
  return `[project]
description = "A project on an rpm-md upstream"
default-distro = { name = "tiny", version = "1" }

[distros.tiny]
default-version = "1"
[distros.tiny.identity]
name = "Tiny"
id = "tiny"
version-id = "1"
home-url = "https://tiny.example/"
[distros.tiny.versions.1]
release-ver = "1"

[snapshots.published]
type = "rpm-md"
base-uri = "${baseUri}"
gpg-key = "${outputs.publicKey}"
architecture = "x86_64"

[images.tiny]
definition = { type = "slipway", path = "tiny.toml" }
`;
}

test(
  'a project on a signed rpm-md repository builds a container from it, locked and signed anew',
  options,
  async () => {
    await withProject(async ({ directory, run }) => {
      const first = await run();

      assert.equal(first.status, 0, first.stderr);
      assert.ok(existsSync(join(directory, 'out/images/tiny/oci/index.json')));
      const lock = await readFile(join(directory, 'slipway.lock'), 'utf8');
      assert.match(lock, /name = "mawk".*origin = "published\/Packages\/m\/mawk-/);
      const key = await readFile(join(directory, 'out/repository/RPM-GPG-KEY-slipway'), 'utf8');
      assert.notEqual(key, await readFile(outputs.publicKey, 'utf8'));
      const second = await run();
      assert.match(second.stdout.toString(), /up to date/);
    });
  },
);

test('a repository that is not signed by the project’s key is refused', options, async () => {
  await withProject(async ({ directory, run }) => {
    const file = join(directory, 'slipway.toml');
    const other = await otherKey(directory);
    await writeFile(file, (await readFile(file, 'utf8')).replace(outputs.publicKey, other));

    const { status, stderr } = await run();

    assert.equal(status, 5);
    assert.match(stderr, /error\[UPSTREAM_SIGNATURE\]/);
    assert.ok(!existsSync(join(directory, 'slipway.lock')));
  });
});

async function otherKey(directory: string): Promise<string> {
  const { generateSigningKey } = await import('@slipway/trust');
  const key = await generateSigningKey({ userId: 'Somebody else', created: 1_700_000_000, algorithm: 'ed25519' });
  const path = join(directory, 'other.asc');
  await writeFile(path, key.publicKeyArmored);
  return path;
}
